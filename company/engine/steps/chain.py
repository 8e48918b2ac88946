"""A chain inside another: its steps are taken in this place."""

from company.engine.chain import ChainRunner
from company.engine.place import Place
from company.engine.state import State
from phases.steps.chain import ChainStep


async def take(step: ChainStep, place: Place, state: State, walk: ChainRunner) -> None:
    """Take the other chain's steps in order."""
    walk.events.started(place, step.chain, "chain")
    await walk.steps(walk.chains[step.chain].steps, place, state)
    walk.events.ended(place)
