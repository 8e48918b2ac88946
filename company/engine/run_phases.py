"""The phases of a run: each is performed by the spec that held where it began."""

from collections.abc import Sequence
from dataclasses import dataclass

from company.cards.prompts import Prompts
from company.engine.conditions import condition_values
from company.engine.fork.spec_history import SpecHistory
from company.engine.phase import PhaseRunner
from company.engine.place import Outcome, Place
from company.engine.state import State


@dataclass(frozen=True)
class RunPhases:
    """All phases of one run, and what the conditions of its chain know."""

    history: SpecHistory
    runners: Sequence[PhaseRunner]
    """One for each spec, oldest first."""
    prompts: Prompts

    def title(self, name: str) -> str:
        """What people call a phase."""
        return self.history.spec.cards.phases[name].title

    async def perform(self, name: str, place: Place, state: State) -> Outcome:
        """Perform a phase. Raises as `PhaseRunner.perform` does."""
        return await self._runner(place).perform(name, place, state)

    def outlook(self, names: Sequence[str], place: Place, state: State) -> dict[str, str]:
        """Of each phase what it would do here."""
        return self._runner(place).outlook(names, state)

    def holds(self, condition: str, place: Place, state: State) -> bool:
        """Whether a condition of the chain holds."""
        values = condition_values(state, place, self.prompts.names_in(condition))
        return self.prompts.evaluate(condition, values)

    def _runner(self, place: Place) -> PhaseRunner:
        return self.runners[self.history.at(place.where)]
