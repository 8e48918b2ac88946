"""The handover: what is delivered is verified, whatever the chain did before, and the end is named."""

import shlex
from dataclasses import dataclass
from typing import Literal

from company.engine.effects import Effects
from company.engine.state import State
from company.engine.workspace.changes import changed
from company.engine.workspace.committer import Committer
from company.engine.workspace.verification import verify
from company.engine.workspace.workbench import Workbench
from warehouse.events import Note, StepEnded, StepStarted
from warehouse.journal.versions import DELIVERED

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

    @property
    def outcome(self) -> tuple[Status, int]:
        """What two ends must share to be the same, in whatever words the verdict is told."""
        return self.status, self.exit_code


async def hand_over(
    state: State, workbench: Workbench, effects: Effects, committer: Committer, where: str
) -> Ending:
    """Verify the product, tag it, and say how it stands."""
    effects.emit(StepStarted(HANDOVER, HANDOVER), where)
    execution = await verify(effects, where, state, workbench)
    if (change := changed(state)) is not None:
        execution = execution.with_changes(change)
    if execution is not state.execution:
        effects.emit(execution.as_event(), where)
        state.execution = execution
    await committer.tag(DELIVERED, f"{where}/tag")
    if state.task.source is not None:
        effects.emit(Note(_way_home(committer)), where)
    effects.emit(StepEnded("done"), where)
    if not state.files:
        return Ending("failed", 1, "the company wrote no files")
    if execution.verified:
        return Ending("verified", 0, execution.summary)
    if workbench.sandbox == "none" and execution.ok:
        return Ending("unverified", 0, "not verified: it was run without a sandbox")
    return Ending("unverified", 1, execution.summary)


def _way_home(committer: Committer) -> str:
    """Where the work on a customer's program is, and how they come by it."""
    run, product = committer.run, committer.product
    branch = product.branch.removeprefix("refs/heads/")
    fetch = f"; git fetch {shlex.quote(str(product.path))} {branch} brings its commits"
    return (
        f"The work is in {product.path}, and nothing was changed in the program that it began with. To take it"
        f" home: softhouse apply {run} puts it into your folder; softhouse export {run} --to patch writes it"
        f" for git am{fetch if product.base() else ''}."
    )
