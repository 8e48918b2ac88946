"""Walking a chain: phases, loops, parallel branches, conditions, chains within chains.

A loop ends as soon as its condition holds, also between two of its steps: an approving review is
not followed by a modification, and a program whose tests pass is not fixed. It also ends after a
round in which nobody had anything to do.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from company.effects import Effects
from company.errors import NotRecorded
from company.state import State
from phases.chain import Chain, ChainStep, LoopStep, ParallelStep, PhaseStep, Step, WhenStep
from warehouse.errors import SofthouseError


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
MENDS = "execution"
"""A loop whose condition speaks of this mends what failed when the product was run."""


@dataclass(frozen=True)
class ChainRunner:
    """Walks the steps of a chain over a state."""

    effects: Effects
    chains: dict[str, Chain]
    titles: Callable[[str], str]
    """Phase name → title."""
    perform: Callable[[str, Place, State], Awaitable[Outcome]]
    """Performs a phase by name."""
    holds: Callable[[str, Place, State], bool]
    """Whether a condition holds."""
    settle: Callable[[Place, State, State], Awaitable[None]]
    """Told the state before and after a loop that was to mend what failed, and did not."""
    reconcile: Callable[[Place, Sequence[str], State], Awaitable[None]]
    """Told the paths that parallel branches changed differently, and the state that holds now."""
    milestone: Callable[[str, State], Awaitable[None]]
    """Told the name of each top-level step that ended."""

    async def walk(self, chain: Chain, state: State) -> None:
        """Take every top-level step in order."""
        for number, step in enumerate(chain.steps, 1):
            name = f"{number}.{step.label}"
            await self._step(step, Place().at(name), state)
            await self.milestone(name, state)

    async def _steps(self, steps: Sequence[Step], place: Place, state: State) -> None:
        for name, step in named(steps):
            await self._step(step, place.at(name), state)

    async def _step(self, step: Step, place: Place, state: State) -> None:
        match step:
            case PhaseStep():
                await self._phase(step.phase, place, state)
            case LoopStep():
                await self._loop(step, place, state)
            case ParallelStep():
                await self._parallel(step, place, state)
            case WhenStep():
                await self._when(step, place, state)
            case ChainStep():
                self._started(place, step.chain, "chain")
                await self._steps(self.chains[step.chain].steps, place, state)
                self._ended(place)

    async def _phase(self, phase: str, place: Place, state: State) -> None:
        self._started(place, phase, "phase", title=self.titles(phase))
        outcome = await self.perform(phase, place, state)
        state.phases_done += outcome.outcome != "skipped"
        self._ended(place, outcome)

    async def _loop(self, step: LoopStep, place: Place, state: State) -> None:
        self._started(place, step.name, "loop", max=step.max)
        before = state.branch()
        inside = replace(place, loops=(*place.loops, step.name))
        state.verdicts.pop(step.name, None)
        for number in range(1, step.max + 1):
            this_round = replace(inside.at(f"round-{number}"), round=number)
            if self.holds(step.until, this_round, state):
                break
            self._started(this_round, step.name, "round", round=number, max=step.max)
            done_before = state.phases_done
            holds = await self._round(step, this_round, state)
            self._ended(this_round)
            if holds or state.phases_done == done_before:
                break
        if MENDS in step.until and not self.holds(step.until, inside, state):
            await self.settle(place, before, state)
        self._ended(place)

    async def _round(self, step: LoopStep, place: Place, state: State) -> bool:
        """Whether the loop's condition holds, looked at after each step."""
        for name, inner in named(step.steps):
            await self._step(inner, place.at(name), state)
            if self.holds(step.until, place, state):
                return True
        return False

    async def _parallel(self, step: ParallelStep, place: Place, state: State) -> None:
        self._started(place, step.name, "parallel")
        base = state.branch()
        branches = [(name, inner, base.branch()) for name, inner in named(step.steps)]
        failures: list[SofthouseError] = []
        async with asyncio.TaskGroup() as group:
            for name, inner, branch in branches:
                group.create_task(self._branch(inner, place.at(name), branch, failures))
        if failures:
            # That the journal ends in one branch hides nothing that is wrong in another.
            raise min(failures, key=lambda failure: isinstance(failure, NotRecorded))
        disputed: list[str] = []
        for name, _, branch in branches:
            for path in state.merge(base, branch):
                self._note(place, f"{name} overwrote {path}, which a parallel branch changed too.")
                disputed.append(path)
        if disputed:
            await self.reconcile(place, disputed, state)
        self._ended(place)

    async def _branch(
        self, step: Step, place: Place, state: State, failures: list[SofthouseError]
    ) -> None:
        """Take a step beside others. Where it fails, they finish the call they have paid for."""
        try:
            await self._step(step, place, state)
        except SofthouseError as failure:
            failures.append(failure)
            self.effects.stop(failure)

    async def _when(self, step: WhenStep, place: Place, state: State) -> None:
        holds = self.holds(step.if_, place, state)
        self._started(place, step.label, "when")
        await self._steps(step.steps if holds else step.otherwise, place, state)
        idle = Outcome("skipped", f"not: {step.if_}")
        self._ended(place, DONE if holds or step.otherwise else idle)

    def _started(self, place: Place, name: str, kind: str, **more: object) -> None:
        self.effects.emit("step.started", place.where, {"name": name, "kind": kind, **more})

    def _ended(self, place: Place, how: Outcome = DONE) -> None:
        data = {"outcome": how.outcome, **({"reason": how.reason} if how.reason else {})}
        self.effects.emit("step.ended", place.where, data)

    def _note(self, place: Place, text: str) -> None:
        self.effects.emit("note", place.where, {"text": text})


def named(steps: Sequence[Step]) -> list[tuple[str, Step]]:
    """Steps with names that are unique among them."""
    seen: Counter[str] = Counter()
    result = []
    for step in steps:
        name = step.label
        seen[name] += 1
        result.append((name if seen[name] == 1 else f"{name}~{seen[name]}", step))
    return result
