"""The phases and conditions of a run: each is taken by the spec that held where it began."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from company.cards.prompts import Prompts
from company.engine.fork.spec_history import SpecHistory
from company.engine.phase import PhaseRunner
from company.engine.place import Outcome, Place
from company.engine.state import State
from warehouse.data.asked import agree, differ


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


def condition_values(state: State, place: Place, names: Collection[str]) -> dict[str, Any]:
    """What a condition knows by those of the names that it uses: to look at the product takes time.

    The names are product, execution, decisions, task, queries, round, and the loops'.
    """
    known: dict[str, Callable[[], Any]] = {
        "product": lambda: _product(state),
        "execution": lambda: _execution(state),
        "decisions": lambda: _decisions(state),
        "task": lambda: {
            "images": bool(state.task.images),
            "source": state.brought_in is not None,
        },
        "queries": lambda: {"agree": agree(state.asked), "differ": differ(state.asked)},
        "round": lambda: place.round,
    }
    values = {name: look() for name, look in known.items() if name in names}
    loops = {name: state.verdicts[name] for name in place.loops if name in state.verdicts}
    return values | loops


def _product(state: State) -> dict[str, Any]:
    inspection = state.inspection
    return {
        "unimplemented": [str(item) for item in inspection.unimplemented],
        "files": sorted(state.files),
        "tests": inspection.tests,
        "third_party": inspection.third_party,
        "empty": not state.files,
    }


def _execution(state: State) -> dict[str, bool]:
    execution = state.execution
    return {
        "ok": execution is not None and execution.ok,
        "verified": execution is not None and execution.verified,
        "ran": execution is not None and execution.ran,
    }


def _decisions(state: State) -> dict[str, Any]:
    decisions: dict[str, Any] = dict(state.decisions)
    for fields in state.decisions.values():
        decisions |= fields
    return decisions
