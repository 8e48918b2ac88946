"""Steps for each part of something decided, all parts at the same time."""

from dataclasses import replace
from functools import partial

from company.engine.chain import ChainRunner
from company.engine.place import DONE, Outcome, Place, side_by_side
from company.engine.shares import dealt, decided
from company.engine.state import State
from phases.steps.each import EachStep


async def take(step: EachStep, place: Place, state: State, walk: ChainRunner) -> None:
    """Deal the list out, take the steps for every part, and merge what they changed."""
    walk.events.started(place, step.name, "each")
    base = state.branch()
    branches = [
        (step.place(number), replace(base.branch(), share=share))
        for number, share in enumerate(dealt(decided(step.of, state), step.max), 1)
    ]
    work = [partial(_part, step, place.at(name), branch, walk) for name, branch in branches]
    await side_by_side(walk.effects, work)
    await walk.merge(branches, place, base, state)
    idle = Outcome("skipped", f"{step.of} names nothing")
    walk.events.ended(place, DONE if branches else idle)


async def _part(step: EachStep, place: Place, branch: State, walk: ChainRunner) -> None:
    name = place.where.rpartition("/")[2]
    title = name.replace("-", " ").capitalize()
    walk.events.started(place, name, "part", title=title)
    await walk.steps(step.steps, place, branch)
    walk.events.ended(place)
