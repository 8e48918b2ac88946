"""A loop: its steps again and again, until its condition holds.

It ends as soon as the condition holds, also between two of its steps: an approving review is not
followed by a modification, and a program whose tests pass is not fixed. It also ends after a round
in which nobody had anything to do.
"""

from dataclasses import replace

from company.engine.chain import ChainRunner
from company.engine.place import Place
from company.engine.state import State
from phases.steps.loop import LoopStep
from warehouse.journal.step_paths import names_within

MENDS = "execution"
"""A loop whose condition speaks of this mends what failed when the product was run."""


async def take(step: LoopStep, place: Place, state: State, walk: ChainRunner) -> None:
    """Take rounds; one that was to mend what failed, and did not, is undone."""
    walk.events.started(place, step.name, "loop", max=step.max)
    before = state.branch()
    inside = replace(place, loops=(*place.loops, step.name))
    state.verdicts.pop(step.name, None)
    for number in range(1, step.max + 1):
        this_round = replace(inside.at(step.place(number)), round=number)
        if walk.phases.holds(step.until, this_round, state):
            break
        walk.events.started(this_round, step.name, "round", round=number, max=step.max)
        done_before = state.phases_done
        holds = await _round(step, this_round, state, walk)
        walk.events.ended(this_round)
        if holds or state.phases_done == done_before:
            break
    if MENDS in step.until and not walk.phases.holds(step.until, inside, state):
        await walk.upkeep.undo_what_did_not_help(place, before, state)
    walk.events.ended(place)


async def _round(step: LoopStep, place: Place, state: State, walk: ChainRunner) -> bool:
    """Whether the loop's condition holds, looked at after each step."""
    names = names_within(inner.label for inner in step.steps)
    for name, inner in zip(names, step.steps, strict=True):
        await walk.step(inner, place.at(name), state)
        if walk.phases.holds(step.until, place, state):
            return True
    return False
