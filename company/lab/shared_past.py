"""Finding the past that a run to come shares with one that was made.

An order is walked over another run's journal with nothing performed: every effect it asks for in
the same place with the same request is recalled. Where it first asks for something else, or passes
something by, the two runs part; everything before was the same to the letter, so it need not be
asked or paid for again.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from company.errors import Diverged, NothingDelivered
from company.fork_point import enclosing_step
from company.handover import HANDOVER
from company.order import Order
from company.premises import Premises
from company.run import Run
from warehouse.journal import FILE_NAME, Event, read_events
from warehouse.runs import PRODUCT


@dataclass(frozen=True)
class SharedPast:
    """The events that an order has in common with the run in the folder `parent`."""

    parent: Path
    step: str
    """The place of the step with which the two begin to differ."""
    events: Sequence[Event]

    @property
    def calls(self) -> int:
        """The completions in it: what need not be asked again."""
        return sum(
            event.kind == "effect.ended" and event.data.get("effect") == "completion"
            for event in self.events
        )


async def longest_shared_past(
    order: Order, parents: Iterable[Path], premises: Premises
) -> SharedPast | None:
    """Of the given runs the one that shares the most calls with `order`; None where none shares any."""
    pasts = [await shared_past(order, parent, premises) for parent in parents]
    return max((past for past in pasts if past and past.calls), key=_calls, default=None)


async def shared_past(order: Order, parent: Path, premises: Premises) -> SharedPast | None:
    """What `order` has in common with the run in `parent`; None where that is not even a step."""
    events = read_events(parent / FILE_NAME)
    if not (parent / PRODUCT).is_dir():
        return None
    walked = Run.recorded(parent, premises, _as_if_begun_by(order, events))
    with suppress(Diverged, NothingDelivered):
        await walked.rehearse()
    passed_by = walked.unasked()
    step = enclosing_step(events, passed_by[0] if passed_by else HANDOVER)
    if step is None:
        return None
    return SharedPast(parent, step.where, events[: events.index(step)])


def _as_if_begun_by(order: Order, events: Sequence[Event]) -> list[Event]:
    """The same past under one order from its beginning, whatever forks it came through."""
    first = events[0]
    started = Event(first.seq, first.at, "run.started", "", order.frozen(str(first.data["run"])))
    return [started, *(event for event in events if not event.kind.startswith("run."))]


def _calls(past: SharedPast) -> int:
    return past.calls
