"""The spec history of a run: the specs it has worked by, its first and one more after each fork.

Of a run that was gone on with after its delivery, it is the history of the version it is at: what
came before is walked no more.

A phase belongs to the spec that held when it began, so that the shared past of a fork is
recalled exactly as it was made, and everything that begins later follows the change. Where a fork
counts as if it had been run alone, all of it belongs to its own spec.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec import structs

from company.cards.company_card import RunLimits
from company.errors import ConfigurationError
from company.spec import RunSpec
from warehouse.errors import JournalError
from warehouse.events import (
    Limits,
    LimitsSet,
    MalformedEvent,
    RunForked,
    RunResumed,
    RunStarted,
    SpecRecord,
    StepStarted,
    VersionStarted,
)
from warehouse.events.conversion import as_json
from warehouse.journal.journal import Event


@dataclass(frozen=True)
class SpecHistory:
    """The specs of a run, oldest first, and for every step that has begun the number of its spec."""

    specs: tuple[RunSpec, ...]
    begun: Mapping[str, int]
    as_if_alone: bool = False
    """Whether the last fork counts as if it had been run alone, with its past made by itself."""

    @classmethod
    def of(cls, events: Sequence[Event]) -> "SpecHistory":
        """What a journal tells of them. Raises JournalError where they cannot be understood."""
        try:
            return cls._of(events)
        except ConfigurationError as error:
            raise JournalError(
                f"This run cannot be understood: {error}. It was begun by {_version(events)}: go on "
                "with it in that version."
            ) from None
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise JournalError(
                "The journal cannot be gone on with: an event lacks what it should hold "
                f"({error!r})."
            ) from None

    @classmethod
    def _of(cls, events: Iterable[Event]) -> "SpecHistory":
        specs: list[RunSpec] = []
        begun: dict[str, int] = {}
        as_if_alone = False
        for event in events:
            match event.data:
                case RunStarted() as started:
                    specs.append(RunSpec.thaw(as_json(started)))
                case RunForked() as fork:
                    specs.append(RunSpec.thaw(as_json(fork.spec)))
                    as_if_alone = fork.as_if_alone is True
                    if as_if_alone:
                        begun = dict.fromkeys(begun, len(specs) - 1)
                case VersionStarted() as version:
                    specs, begun = [RunSpec.thaw(as_json(version.spec))], {}
                    as_if_alone = False
                case (
                    MalformedEvent(
                        kind=RunStarted.KIND | RunForked.KIND | VersionStarted.KIND
                    ) as broken
                ):
                    raise JournalError(
                        f"The journal cannot be gone on with: what it says of the run is not what it should"
                        f" be ({broken.field or 'all of it'}: {broken.reason.lower()})."
                    )
                case RunResumed(limits=Limits() as limits) | LimitsSet(limits=Limits() as limits):
                    own = RunLimits(**structs.asdict(limits))
                    specs[-1] = specs[-1].model_copy(update={"limits": own})
                case StepStarted():
                    begun.setdefault(event.where, len(specs) - 1)
        return cls(tuple(specs), begun, as_if_alone)

    @property
    def spec(self) -> RunSpec:
        """What the run works by now, with the limits it was last given."""
        return self.specs[-1]

    def at(self, where: str) -> int:
        """The number of the spec a step belongs to: a past one, or the last for what is to come."""
        return self.begun.get(where, len(self.specs) - 1)


def _version(events: Iterable[Event]) -> str:
    """The softhouse that made the last spec."""
    version = ""
    for event in events:
        match event.data:
            case (
                RunStarted(softhouse=version)
                | RunForked(spec=SpecRecord(softhouse=version))
                | VersionStarted(spec=SpecRecord(softhouse=version))
            ):
                pass
    return f"softhouse {version}" if version else "another softhouse"
