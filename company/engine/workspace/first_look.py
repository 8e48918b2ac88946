"""The first look at a customer's program: by its own commands, before anybody has said a word about it."""

from company.engine.effects import Effects
from company.engine.state import State
from company.engine.workspace.baseline import Baseline
from company.engine.workspace.manner import AS_IT_CAME
from company.engine.workspace.tests_compared import may_go
from company.engine.workspace.verification import check
from company.engine.workspace.workbench import Workbench
from warehouse.events import StepEnded, StepStarted
from warehouse.sandbox.own_commands import ci_hints

BASELINE = "baseline"
"""The place of the first look, in each version."""
TITLE = "The program as it came"


async def take_baseline(effects: Effects, where: str, state: State, workbench: Workbench) -> None:
    """Check the program, remember how it stood, and say so. Without a sandbox nothing is known of it."""
    if workbench.sandbox == "none":
        return
    effects.emit(StepStarted(BASELINE, "phase", TITLE), where)
    before = await check(effects, where, state, workbench, AS_IT_CAME)
    state.baseline = Baseline(before, may_go(state.task.text, state.inspection.tests))
    effects.emit(state.baseline.as_event(ci_hints(state.texts)), where)
    effects.emit(StepEnded("done"), where)
