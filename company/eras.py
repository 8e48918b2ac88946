"""The eras of a run: the orders it has worked by, its first and one more after each fork.

A phase belongs to the order that held when it began, so that the shared past of a fork is
recalled exactly as it was made, and everything that begins later follows the change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from company.order import Order
from warehouse.journal import Event


@dataclass(frozen=True)
class Eras:
    """The orders of a run, oldest first, and the order of every step that began before the last fork."""

    orders: tuple[Order, ...]
    begun: Mapping[str, int]

    @classmethod
    def of(cls, events: Iterable[Event]) -> "Eras":
        """The eras a journal tells of. Raises KeyError or another error where it is damaged."""
        orders: list[Order] = []
        begun: dict[str, int] = {}
        for event in events:
            match event.kind:
                case "run.started":
                    orders.append(Order.thaw(event.data))
                case "run.forked":
                    orders.append(Order.thaw(event.data["order"]))
                case "step.started":
                    begun.setdefault(event.where, len(orders) - 1)
        return cls(tuple(orders), begun)

    @property
    def order(self) -> Order:
        """What the run works by now."""
        return self.orders[-1]

    def at(self, where: str) -> int:
        """The number of the era a step belongs to: a past one, or the last for what is to come."""
        return self.begun.get(where, len(self.orders) - 1)
