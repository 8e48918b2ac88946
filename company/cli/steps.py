"""Finding a step of a run by what a person calls it."""

from collections.abc import Sequence

from company.errors import ConfigurationError
from warehouse.journal import Event


def first_event_of(events: Sequence[Event], step: str) -> int:
    """The index of the first event of a step, given by its path or by its name alone.

    Raises ConfigurationError, listing the steps there are.
    """
    wanted = step.strip("/")
    for fits in (_is_at, _is_called):
        for index, event in enumerate(events):
            if wanted and fits(event.where, wanted):
                return index
    raise ConfigurationError(
        f"The run has no step {step!r}; it has: {', '.join(_top_steps(events)) or 'none'}. "
        "A step within one of them is named by its path, as in 6.review/round-1."
    )


def _is_at(where: str, path: str) -> bool:
    return where == path or where.startswith(f"{path}/")


def _is_called(where: str, name: str) -> bool:
    return any(part.partition(".")[2] == name or part == name for part in where.split("/"))


def _top_steps(events: Sequence[Event]) -> list[str]:
    paths = (e.where for e in events if e.kind == "step.started" and "/" not in e.where)
    return list(dict.fromkeys(paths))
