"""The handover: what is delivered is verified, whatever the chain did before, and the end is named."""

from dataclasses import dataclass
from typing import Literal

from company.engine.effects import Effects
from company.engine.state import State
from company.engine.workspace.committer import Committer
from company.engine.workspace.verification import Workbench, verify
from warehouse.events import StepEnded, StepStarted

HANDOVER = "handover"
"""The place of the handover, and its kind of step."""
Status = Literal["verified", "unverified", "failed", "stopped"]
OWN_FAULT = "a fault in softhouse itself"
"""How the reason begins of a run that a bug of ours has ended."""


@dataclass(frozen=True)
class Ending:
    """How a run ended, as `run.ended` holds it."""

    status: Status
    exit_code: int
    reason: str


async def hand_over(
    state: State, workbench: Workbench, effects: Effects, committer: Committer
) -> Ending:
    """Verify the product, tag it, and say how it stands."""
    effects.emit(StepStarted(HANDOVER, HANDOVER), HANDOVER)
    execution = await verify(effects, HANDOVER, state, workbench)
    if execution is not state.execution:
        effects.emit(execution.as_event(), HANDOVER)
        state.execution = execution
    await committer.tag("delivered", f"{HANDOVER}/tag")
    effects.emit(StepEnded("done"), HANDOVER)
    if not state.files:
        return Ending("failed", 1, "the company wrote no files")
    if execution.verified:
        return Ending("verified", 0, execution.summary)
    if workbench.sandbox == "none":
        return Ending("unverified", 0, "not verified: it was run without a sandbox")
    return Ending("unverified", 1, execution.summary)
