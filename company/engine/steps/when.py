"""Steps on a condition."""

from company.engine.chain import ChainRunner
from company.engine.place import DONE, Outcome, Place
from company.engine.state import State
from phases.steps.when import WhenStep


async def take(step: WhenStep, place: Place, state: State, walk: ChainRunner) -> None:
    """Take the steps for when the condition holds, or the others."""
    holds = walk.phases.holds(step.if_, place, state)
    walk.events.started(place, step.label, "when")
    await walk.steps(step.steps if holds else step.otherwise, place, state)
    idle = Outcome("skipped", f"not: {step.if_}")
    walk.events.ended(place, DONE if holds or step.otherwise else idle)
