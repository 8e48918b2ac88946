"""Steps side by side: each works on a state of its own, and what they changed is merged in order."""

from functools import partial

from company.engine.chain import ChainRunner
from company.engine.place import Place, side_by_side
from company.engine.state import State
from phases.steps.parallel import ParallelStep
from warehouse.journal.step_paths import names_within


async def take(step: ParallelStep, place: Place, state: State, walk: ChainRunner) -> None:
    """Take every branch at the same time."""
    walk.events.started(place, step.name, "parallel")
    base = state.branch()
    names = names_within(inner.label for inner in step.steps)
    branches = [(name, base.branch()) for name in names]
    work = [
        partial(walk.step, inner, place.at(name), branch)
        for inner, (name, branch) in zip(step.steps, branches, strict=True)
    ]
    await side_by_side(walk.effects, work)
    await walk.merge(branches, place, base, state)
    walk.events.ended(place)
