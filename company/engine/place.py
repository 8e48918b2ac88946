"""Steps of a chain: where each is, how it ended, and what the journal is told of both."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from company.engine.effects import Effects
from company.errors import NotRecorded
from warehouse.errors import SofthouseError
from warehouse.events import Note, StepEnded, StepStarted


@dataclass(frozen=True)
class Place:
    """Where in the chain we are: the path, the round, and the loops around it, innermost last."""

    where: str = ""
    round: int = 0
    loops: tuple[str, ...] = ()

    def at(self, name: str) -> "Place":
        return replace(self, where=f"{self.where}/{name}" if self.where else name)


@dataclass(frozen=True)
class Outcome:
    """How a phase ended, and why if it was not done."""

    outcome: Literal["done", "skipped", "failed"] = "done"
    reason: str = ""


DONE = Outcome()


@dataclass(frozen=True)
class StepEvents:
    """Tells the journal of steps."""

    effects: Effects

    def started(self, place: Place, name: str, kind: str, **more: Any) -> None:
        self.effects.emit(StepStarted(name, kind, **more), place.where)

    def ended(self, place: Place, how: Outcome = DONE) -> None:
        self.effects.emit(StepEnded(how.outcome, how.reason), place.where)

    def note(self, place: Place, text: str) -> None:
        self.effects.emit(Note(text), place.where)


async def side_by_side(effects: Effects, work: Iterable[Callable[[], Awaitable[None]]]) -> None:
    """Do several things at the same time. Where one fails, the others finish the calls in flight.

    Raises the failure that tells most.
    """
    failures: list[SofthouseError] = []

    async def one(act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
        except SofthouseError as failure:
            failures.append(failure)
            effects.stop(failure)

    async with asyncio.TaskGroup() as group:
        for act in work:
            group.create_task(one(act))
    if failures:
        # That the journal ends in one branch hides nothing that is wrong in another.
        raise min(failures, key=lambda failure: isinstance(failure, NotRecorded))
