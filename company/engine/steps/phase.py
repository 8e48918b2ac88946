"""A phase's place in a chain: the phase is performed."""

from company.engine.chain import ChainRunner
from company.engine.place import Place
from company.engine.state import State
from phases.steps.phase import PhaseStep


async def take(step: PhaseStep, place: Place, state: State, walk: ChainRunner) -> None:
    """Perform the phase."""
    await walk.phase(step.phase, place, state)
