"""What a run may use and what it has used; more of it, while the run works or to go on with it."""

from collections.abc import Iterator
from pathlib import Path

from textual.widget import Widget
from textual.widgets import Input

from company.control import house
from company.control.commands import Raise
from company.control.mailbox import send
from tui.home.window import run_window
from tui.plain import PlainStatic
from tui.run_state import RunState
from tui.screens.form import field
from tui.screens.resume import Limit, RaiseScreen, Stopped
from warehouse.journal import FILE_NAME, is_locked
from warehouse.loose import number, text, whole
from warehouse.telling.lines import excerpt
from warehouse.telling.now import Now

COUNTED = "Limits count from the run's beginning; what is left empty stays as it is."


class BudgetScreen(RaiseScreen):
    """Sends higher limits to whoever works on the run; else it is resumed with them."""

    BINDING_GROUP_TITLE = "Budget"
    HEADING = "Budget"

    def __init__(self, folder: Path, state: RunState) -> None:
        self._works = is_locked(folder / FILE_NAME)
        self.VERB = "Raise" if self._works else "Resume"
        reason = excerpt(text(state.now.summary.reason), 300)
        super().__init__(folder, Stopped(reason, limits_of(state.now)))

    def fields(self) -> Iterator[Widget]:
        how = (
            "It is working."
            if self._works
            else f"It is not worked on: {self._reason or 'interrupted'}."
        )
        yield PlainStatic(f"{how} {COUNTED}", classes="hint")
        for limit in self._limits:
            most = f"of {limit.told(limit.most)}" if limit.most is not None else "no limit"
            said = f"{limit.told(limit.used)} used, {most}"
            yield field(limit.title, Input(id=limit.key, placeholder=said, compact=True))

    async def perform(self) -> Raise:
        limits = await super().perform()
        if is_locked(self._folder / FILE_NAME):
            send(self._folder, limits)
        else:
            await house.resume(self._folder, limits)
            run_window(self.app).began_here(self._folder)
        return limits

    def done(self, result: Raise) -> None:
        self.app.notify("The new limits hold.", timeout=3, markup=False)


def limits_of(now: Now) -> list[Limit]:
    """Each limit a run can have, with what is used of it."""
    summary = now.summary
    tokens = whole(summary.prompt_tokens) + whole(summary.completion_tokens)
    used = [
        ("usd", "Dollars", number(summary.cost)),
        ("tokens", "Tokens", float(tokens)),
        ("calls", "Calls", number(summary.calls)),
        ("seconds", "Seconds", now.seconds),
    ]
    return [Limit(key, title, amount, now.limits.get(key)) for key, title, amount in used]
