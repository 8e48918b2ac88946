"""Walking a chain: step by step, each taken as its kind is (`company/engine/steps/`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, cast

from company.engine import Phases, Step, Upkeep
from company.engine.effects import Effects
from company.engine.place import Outcome, Place, StepEvents
from company.engine.state import Clash, State
from phases.chain import Chain
from phases.steps.step import BaseStep
from warehouse.journal.step_paths import names_at_top, names_within

BY_LINES = "by-lines"
"""Where lines of several branches are merged, in the step of the branches."""


@dataclass(frozen=True)
class ChainRunner:
    """Walks the steps of a chain over a state."""

    effects: Effects
    chains: dict[str, Chain]
    phases: Phases
    upkeep: Upkeep

    @property
    def events(self) -> StepEvents:
        return StepEvents(self.effects)

    async def walk(self, chain: Chain, state: State, place: Place) -> None:
        """Take every top-level step in order, in a place that is the run's or that of a version."""
        names = names_at_top(step.label for step in chain.steps)
        for name, step in zip(names, chain.steps, strict=True):
            here = place.at(name)
            await self.step(step, here, state)
            await self.upkeep.mark(here.where)

    async def steps(self, steps: Sequence[BaseStep], place: Place, state: State) -> None:
        """Take steps inside of one, in order."""
        names = names_within(step.label for step in steps)
        for name, step in zip(names, steps, strict=True):
            await self.step(step, place.at(name), state)

    async def step(self, step: BaseStep, place: Place, state: State) -> None:
        """Take one step, whatever its kind."""
        await runner_of(step.kind).take(step, place, state, self)

    async def phase(self, phase: str, place: Place, state: State) -> Outcome:
        """Perform a phase by its name."""
        self.events.started(place, phase, "phase", title=self.phases.title(phase))
        outcome = await self.phases.perform(phase, place, state)
        state.phases_done += outcome.outcome != "skipped"
        self.events.ended(place, outcome)
        return outcome

    async def merge(
        self, branches: Iterable[tuple[str, State]], place: Place, base: State, state: State
    ) -> None:
        """Take over what branches changed since `base`, each by its name."""
        # Older runs merged nothing, and their commit says so: one with merged lines has another place.
        by_lines = not self.effects.is_recorded(f"{place.where}/merge")
        clashes: list[Clash] = []
        for name, branch in branches:
            news = state.merge(base, branch, by_lines=by_lines)
            for clash in news:
                self.events.note(place, clash.told(name))
            clashes += news
        if clashes:
            place = place.at(BY_LINES) if any(clash.is_merged for clash in clashes) else place
            disputed = sorted({clash.path for clash in clashes})
            await self.upkeep.commit_what_holds(place, disputed, state)


def runner_of(kind: str) -> Step[Any]:
    """What takes steps of a kind; it is loaded when a chain comes to the first."""
    return cast("Step[Any]", import_module(f"company.engine.steps.{kind}"))
