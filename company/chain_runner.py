"""Walking a chain: phases, loops, parallel branches, conditions, chains within chains.

A loop ends as soon as its condition holds, also between two of its steps: an approving review is
not followed by a modification, and a program whose tests pass is not fixed. It also ends after a
round in which nobody had anything to do.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from company.direction import Direction
from company.effects import Effects
from company.graph_walk import GraphWalk
from company.shares import dealt, decided
from company.state import State
from company.steps import DONE, Outcome, Place, StepEvents, side_by_side
from phases.chain import (
    Chain,
    ChainStep,
    EachStep,
    LoopStep,
    ParallelStep,
    PhaseStep,
    Step,
    WhenStep,
)
from phases.direct import DirectStep
from phases.graph import GraphStep

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
    """Told the paths that were changed differently side by side, and the state that holds now."""
    outlook: Callable[[Sequence[str], Place, State], dict[str, str]]
    """Says of phases, by name, what each would do in this place and state."""
    milestone: Callable[[str, State], Awaitable[None]]
    """Told the name of each top-level step that ended."""

    @property
    def events(self) -> StepEvents:
        return StepEvents(self.effects)

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
            case EachStep():
                await self._each(step, place, state)
            case WhenStep():
                await self._when(step, place, state)
            case ChainStep():
                self.events.started(place, step.chain, "chain")
                await self._steps(self.chains[step.chain].steps, place, state)
                self.events.ended(place)
            case GraphStep():
                await self._graph(step, place, state)
            case DirectStep():
                self.events.started(place, step.name, "direct", max=step.max)
                direction = Direction(step, place, self.events, self._phase, self.outlook)
                self.events.ended(place, await direction.follow(state))

    async def _phase(self, phase: str, place: Place, state: State) -> Outcome:
        self.events.started(place, phase, "phase", title=self.titles(phase))
        outcome = await self.perform(phase, place, state)
        state.phases_done += outcome.outcome != "skipped"
        self.events.ended(place, outcome)
        return outcome

    async def _loop(self, step: LoopStep, place: Place, state: State) -> None:
        self.events.started(place, step.name, "loop", max=step.max)
        before = state.branch()
        inside = replace(place, loops=(*place.loops, step.name))
        state.verdicts.pop(step.name, None)
        for number in range(1, step.max + 1):
            this_round = replace(inside.at(f"round-{number}"), round=number)
            if self.holds(step.until, this_round, state):
                break
            self.events.started(this_round, step.name, "round", round=number, max=step.max)
            done_before = state.phases_done
            holds = await self._round(step, this_round, state)
            self.events.ended(this_round)
            if holds or state.phases_done == done_before:
                break
        if MENDS in step.until and not self.holds(step.until, inside, state):
            await self.settle(place, before, state)
        self.events.ended(place)

    async def _round(self, step: LoopStep, place: Place, state: State) -> bool:
        """Whether the loop's condition holds, looked at after each step."""
        for name, inner in named(step.steps):
            await self._step(inner, place.at(name), state)
            if self.holds(step.until, place, state):
                return True
        return False

    async def _parallel(self, step: ParallelStep, place: Place, state: State) -> None:
        self.events.started(place, step.name, "parallel")
        base = state.branch()
        branches = [(name, base.branch()) for name, _ in named(step.steps)]
        work = [
            partial(self._step, inner, place.at(name), branch)
            for inner, (name, branch) in zip(step.steps, branches, strict=True)
        ]
        await side_by_side(self.effects, work)
        await self._merge(branches, place, base, state)
        self.events.ended(place)

    async def _each(self, step: EachStep, place: Place, state: State) -> None:
        self.events.started(place, step.name, "each")
        items = decided(step.of, state)
        base = state.branch()
        branches = [
            (f"part-{number}", replace(base.branch(), share=share))
            for number, share in enumerate(dealt(items, step.max), 1)
        ]
        work = [partial(self._part, step, place.at(name), branch) for name, branch in branches]
        await side_by_side(self.effects, work)
        await self._merge(branches, place, base, state)
        idle = Outcome("skipped", f"{step.of} names nothing")
        self.events.ended(place, DONE if branches else idle)

    async def _part(self, step: EachStep, place: Place, branch: State) -> None:
        name = place.where.rpartition("/")[2]
        title = name.replace("-", " ").capitalize()
        self.events.started(place, name, "part", title=title)
        await self._steps(step.steps, place, branch)
        self.events.ended(place)

    async def _merge(
        self, branches: Iterable[tuple[str, State]], place: Place, base: State, state: State
    ) -> None:
        """Take over what branches changed since `base`, each by its name."""
        disputed: list[str] = []
        for name, branch in branches:
            for path in state.merge(base, branch):
                said = f"{name} overwrote {path}, which a parallel branch changed too."
                self.events.note(place, said)
                disputed.append(path)
        if disputed:
            await self.reconcile(place, disputed, state)

    async def _graph(self, step: GraphStep, place: Place, state: State) -> None:
        self.events.started(place, step.name, "graph")
        if not state.files:
            self.events.ended(place, Outcome("skipped", "there is no program yet"))
            return
        graph = GraphWalk(step, place, state.branch(), self.events, self._phase)
        state.files = await graph.walk()
        state.phases_done += graph.phases_done
        if graph.touched and not step.is_line:
            await self.reconcile(place, sorted(graph.touched), state)
        self.events.ended(place)

    async def _when(self, step: WhenStep, place: Place, state: State) -> None:
        holds = self.holds(step.if_, place, state)
        self.events.started(place, step.label, "when")
        await self._steps(step.steps if holds else step.otherwise, place, state)
        idle = Outcome("skipped", f"not: {step.if_}")
        self.events.ended(place, DONE if holds or step.otherwise else idle)


def named(steps: Sequence[Step]) -> list[tuple[str, Step]]:
    """Steps with names that are unique among them."""
    seen: Counter[str] = Counter()
    result = []
    for step in steps:
        name = step.label
        seen[name] += 1
        result.append((name if seen[name] == 1 else f"{name}~{seen[name]}", step))
    return result
