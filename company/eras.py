"""The eras of a run: the orders it has worked by, its first and one more after each fork.

A phase belongs to the order that held when it began, so that the shared past of a fork is
recalled exactly as it was made, and everything that begins later follows the change. Where a fork
counts as if it had been run alone, all of it belongs to its own order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from company.cards.company_card import RunLimits
from company.errors import ConfigurationError
from company.order import Order
from warehouse.errors import JournalError
from warehouse.events import (
    Limits,
    LimitsSet,
    RunForked,
    RunResumed,
    RunStarted,
    SpecRecord,
    StepStarted,
)
from warehouse.events.conversion import as_json
from warehouse.journal import Event


@dataclass(frozen=True)
class Eras:
    """The orders of a run, oldest first, and for every step that has begun the number of its order."""

    orders: tuple[Order, ...]
    begun: Mapping[str, int]
    as_if_alone: bool = False
    """Whether the last fork counts as if it had been run alone, with its past made by itself."""

    @classmethod
    def of(cls, events: Sequence[Event]) -> "Eras":
        """The eras a journal tells of. Raises JournalError where they cannot be understood."""
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
    def _of(cls, events: Iterable[Event]) -> "Eras":
        orders: list[Order] = []
        begun: dict[str, int] = {}
        as_if_alone = False
        for event in events:
            match event.typed:
                case RunStarted() as spec:
                    orders.append(Order.thaw(as_json(spec)))
                case RunForked() as fork:
                    orders.append(Order.thaw(as_json(fork.spec)))
                    as_if_alone = fork.as_if_alone is True
                    if as_if_alone:
                        begun = dict.fromkeys(begun, len(orders) - 1)
                case RunResumed(limits=Limits() as limits) | LimitsSet(limits=Limits() as limits):
                    orders[-1] = replace(orders[-1], limits=RunLimits(**structs.asdict(limits)))
                case StepStarted():
                    begun.setdefault(event.where, len(orders) - 1)
        return cls(tuple(orders), begun, as_if_alone)

    @property
    def order(self) -> Order:
        """What the run works by now, with the limits it was last given."""
        return self.orders[-1]

    def at(self, where: str) -> int:
        """The number of the era a step belongs to: a past one, or the last for what is to come."""
        return self.begun.get(where, len(self.orders) - 1)


def _version(events: Iterable[Event]) -> str:
    """The softhouse that made the last order."""
    version = ""
    for event in events:
        match event.typed:
            case RunStarted(softhouse=version) | RunForked(spec=SpecRecord(softhouse=version)):
                pass
    return f"softhouse {version}" if version else "another softhouse"
