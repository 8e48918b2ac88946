"""What a run may use and what it has used; more of it, while the run works or to go on with it."""

from pathlib import Path

from company.remote import launch as house
from company.remote.commands import Raise
from company.remote.mailbox import send
from tui.browser.window import run_window
from tui.run_state.run_state import RunState
from tui.screens.resume import COUNTED, RaiseScreen, Stopped, limits_of
from warehouse.errors import SofthouseError
from warehouse.history.format.figures import excerpt
from warehouse.journal.journal import FILE_NAME, is_locked

ENDED = "The run has ended: there is nothing to go on with."
FINAL = ("verified", "unverified", "failed")
"""How a run ends for good."""


class BudgetScreen(RaiseScreen):
    """Sends higher limits to whoever works on the run; else it is resumed with them."""

    BINDING_GROUP_TITLE = "Budget"
    HEADING = "Budget"

    def __init__(self, folder: Path, state: RunState) -> None:
        self._works = is_locked(folder / FILE_NAME)
        self.VERB = "Raise" if self._works else "Resume"
        summary = state.now.summary
        self._has_ended = not self._works and summary.status in FINAL
        super().__init__(folder, Stopped(excerpt(summary.reason, 300), limits_of(state.now)))

    def how_it_stands(self) -> str:
        if self._works:
            return f"The run is being worked on. {COUNTED}"
        if self._has_ended:
            return ENDED
        return f"The run stopped: {self._reason or 'it was interrupted'}\n{COUNTED}"

    async def perform(self) -> Raise:
        if self._has_ended:
            raise SofthouseError(ENDED)
        limits = await super().perform()
        if is_locked(self._folder / FILE_NAME):
            send(self._folder, limits)
        else:
            await house.resume(self._folder, limits)
            run_window(self.app).began_here(self._folder)
        return limits

    def done(self, result: Raise) -> None:
        self.app.notify("The new limits hold.", timeout=3, markup=False)
