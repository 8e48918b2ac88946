"""What the lab found when it examined a delivered product, as its journal holds it.

An `examination` is an event after `run.ended`: the company's work is over, and nothing of this was
ever shown to it. A run that was taken up again and ended anew is examined anew; the last one counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from warehouse.journal import Event
from warehouse.loose import flag, items, mapping, number, text, whole

EXAMINATION = "examination"
"""The kind of the event, and its place."""


@dataclass(frozen=True)
class CheckOutcome:
    """How one acceptance check went; `reason` says what was wrong, and is empty where it passed."""

    name: str
    passed: bool
    reason: str
    seconds: float


@dataclass(frozen=True)
class ImportOutcome:
    """Whether one module of the product can be imported by itself."""

    module: str
    """Its path in the product."""
    ok: bool
    exit_code: int
    reason: str
    seconds: float


@dataclass(frozen=True)
class Mutation:
    """What the company's own tests noticed of small faults that were put into the program."""

    mutants: int
    """Faults tried; a sample where there were more to be made."""
    killed: int
    """Faults with which the tests failed or ran out of time."""
    survived: tuple[str, ...]
    """Those that no test noticed, as `path:line: what was changed`."""


@dataclass(frozen=True)
class Examination:
    """Everything found. `mutation` is None unless it was asked for and the tests passed."""

    commit: str | None
    sandbox: str
    """`none` where nothing could be run; the lists are empty then."""
    acceptance: Sequence[CheckOutcome] = ()
    imports: Sequence[ImportOutcome] = ()
    mutation: Mutation | None = None
    consistency: float | None = None
    """How near the program is to the task's words, 0..1; None where no model embedded them."""
    embeddings: str = ""
    """The id of the model that did."""

    def as_data(self) -> dict[str, Any]:
        """As the journal holds it."""
        return asdict(self)


def examination_in(events: Iterable[Event]) -> Examination | None:
    """The examination of a run's last end; None where there is none."""
    found: Examination | None = None
    for event in events:
        if event.kind in ("run.resumed", "run.forked"):
            found = None
        elif event.kind == EXAMINATION:
            found = _read(event.data)
    return found


def _read(data: dict[str, Any]) -> Examination:
    mutation = mapping(data.get("mutation"))
    return Examination(
        commit=text(data.get("commit")) or None,
        sandbox=text(data.get("sandbox")),
        acceptance=tuple(
            CheckOutcome(
                text(each.get("name")),
                flag(each.get("passed")) is True,
                text(each.get("reason")),
                number(each.get("seconds")),
            )
            for each in map(mapping, items(data.get("acceptance")))
        ),
        imports=tuple(
            ImportOutcome(
                text(each.get("module")),
                flag(each.get("ok")) is True,
                whole(each.get("exit_code")),
                text(each.get("reason")),
                number(each.get("seconds")),
            )
            for each in map(mapping, items(data.get("imports")))
        ),
        mutation=Mutation(
            whole(mutation.get("mutants")),
            whole(mutation.get("killed")),
            tuple(map(text, items(mutation.get("survived")))),
        )
        if mutation
        else None,
        consistency=None
        if data.get("consistency") is None
        else min(max(number(data["consistency"]), 0.0), 1.0),
        embeddings=text(data.get("embeddings")),
    )
