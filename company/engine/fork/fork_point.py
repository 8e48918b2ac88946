"""Finding what a person means to fork at: a step, by its place, its number, its name, or a place inside it;
or a call of a tool, by its place.
"""

from collections.abc import Sequence

from company.cards.problems import nearest, shown
from company.errors import ConfigurationError
from warehouse.events import StepStarted, ToolStarted
from warehouse.journal.journal import Event
from warehouse.journal.versions import VERSION


def find_fork_point(events: Sequence[Event], named: str) -> tuple[str, int]:
    """The place that is meant, and how many events came before it.

    In the place of a call of a tool that is all before the call, the phase's beginning included.
    Raises ConfigurationError as `find_step` does.
    """
    if any(event.where == named and isinstance(event.data, ToolStarted) for event in events):
        inside = f"{named}/"
        at_it = (n for n, e in enumerate(events) if e.where == named or e.where.startswith(inside))
        return named, next(at_it)
    step = find_step(events, named)
    if isinstance(step.data, StepStarted) and step.data.kind == VERSION:
        # What the customer had when it began is shared: only they could do that again.
        below = (event for event in events if event.where.startswith(f"{step.where}/"))
        step = next((event for event in below if isinstance(event.data, StepStarted)), step)
    return step.where, events.index(step)


def find_step(events: Sequence[Event], named: str) -> Event:
    """The `step.started` event of the step that is meant.

    `6.review/round-2`, `6`, `review`, `review_comment` (the first time it began), or the place of
    anything recorded inside of a step. Raises ConfigurationError, naming the steps that began.
    """
    begun: dict[str, Event] = {}
    for event in events:
        if isinstance(event.data, StepStarted):
            begun.setdefault(event.where, event)
    step = begun.get(named) or _top_level(begun, named) or _by_name(begun, named)
    if step is None and any(event.where == named for event in events):
        step = _around(begun, named)
    if step is None:
        known = begun if "/" in named else _top_places(begun)
        raise ConfigurationError(
            f"No step of the run is called {shown(named)}{nearest(named, known)}"
        )
    return step


def enclosing_step(events: Sequence[Event], place: str) -> Event | None:
    """The `step.started` event of the step that `place` is, or lies in; None where none began."""
    steps = (event for event in reversed(events) if isinstance(event.data, StepStarted))
    begun = {event.where: event for event in steps}
    return begun.get(place) or _around(begun, place)


def _top_places(begun: dict[str, Event]) -> list[str]:
    return [where for where in begun if "/" not in where]


def _top_level(begun: dict[str, Event], named: str) -> Event | None:
    for where in _top_places(begun):
        if named in where.split(".", 1):
            return begun[where]
    return None


def _by_name(begun: dict[str, Event], named: str) -> Event | None:
    return next((e for e in begun.values() if named == _last_part(e.where)), None)


def _last_part(where: str) -> str:
    return where.rpartition("/")[2].partition("~")[0]


def _around(begun: dict[str, Event], place: str) -> Event | None:
    """The step that a place inside it belongs to."""
    while place:
        place = place.rpartition("/")[0]
        if place in begun:
            return begun[place]
    return None
