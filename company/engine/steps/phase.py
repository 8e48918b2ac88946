"""A phase's place in a chain: the phase is performed."""

from company.chain_runner import ChainRunner
from company.state import State
from company.steps import Place
from phases.steps.phase import PhaseStep


async def take(step: PhaseStep, place: Place, state: State, walk: ChainRunner) -> None:
    """Perform the phase."""
    await walk.phase(step.phase, place, state)
