"""What a run may use and has used: more of it while it works, or to take it up again."""

import asyncio
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from textual.app import App
from textual.widget import Widget

from company.remote import launch as house
from company.remote.commands import Raise
from company.remote.mailbox import send
from tui.run_state.limits import Limit, limits_of
from tui.run_state.run_state import RunState
from tui.screens.form import FormScreen, amount, written
from tui.screens.further import FurtherScreen
from tui.screens.window import run_window
from tui.text.plain import PlainStatic
from warehouse.errors import SofthouseError
from warehouse.history.format.figures import excerpt
from warehouse.history.now import Now
from warehouse.history.record import record_of
from warehouse.journal.journal import FILE_NAME, is_locked, read_events
from warehouse.journal.versions import HANDED_OVER

TITLES = {"usd": "Dollars", "tokens": "Tokens", "calls": "Calls", "seconds": "Seconds"}
"""What the fields of the limits are called."""
COUNTED = "Limits count from the run's beginning; what is left empty stays as it is."
RESUMING = "resuming"
"""The group of the workers that take runs up."""
GOES_ON = "It is taken up, and shown as soon as it works."
BUDGET_REACHED = 3
"""The exit code of a run that a limit stopped."""
ENDED = "The run has ended: there is nothing to go on with."
FINAL = ("verified", "unverified", "failed")
"""How a run ends for good."""


def resume(app: App[Any], folder: Path) -> None:
    """Go on with a run and open it; what goes wrong is said. Asked again meanwhile, it does nothing.

    Of one that was delivered, the person is asked what comes next.
    """
    if record_of(folder).status in HANDED_OVER:
        app.push_screen(FurtherScreen(folder))
    elif all(worker.is_finished for worker in app.workers if worker.group == RESUMING):
        app.run_worker(_resume(app, folder), group=RESUMING)


async def _resume(app: App[Any], folder: Path) -> None:
    limits: Raise | None = None
    try:
        stopped = await asyncio.to_thread(stopped_at_a_limit, folder)
        if stopped is not None:
            limits = await app.push_screen_wait(
                RaiseScreen(folder, stopped.summary.reason, limits_of(stopped))
            )
            if limits is None:
                return
        app.notify(GOES_ON, timeout=3, markup=False)
        await house.resume(folder, limits)
    except SofthouseError as error:
        app.notify(str(error), severity="warning", timeout=10, markup=False)
        return
    run_window(app).began_here(folder)
    run_window(app).open_run(folder)


class RaiseScreen(FormScreen[Raise]):
    """Asks for higher limits; the result is None where the run is to be left as it is."""

    BINDING_GROUP_TITLE = "Limits"
    HEADING = "Resume"
    VERB = "Resume"

    def __init__(self, folder: Path, reason: str, limits: list[Limit]) -> None:
        super().__init__()
        self._folder = folder
        self._reason = excerpt(reason, 300)
        self._limits = limits

    def fields(self) -> Iterator[Widget]:
        yield PlainStatic(self.how_it_stands(), classes="hint")
        for limit in self._limits:
            most = f"of {_exactly(limit, limit.most)}" if limit.most is not None else "no limit"
            used = limit.known_cost or _exactly(limit, limit.used)
            yield written(TITLES[limit.key], limit.key, f"{used} used, {most}")

    def how_it_stands(self) -> str:
        """What is said above the limits."""
        return f"{self._folder.name} stopped: {self._reason}\n{COUNTED}"

    def on_mount(self) -> None:
        nearest = max(self._limits, key=lambda limit: limit.share)
        self.query_one(f"#{nearest.key}").focus()

    async def perform(self) -> Raise:
        more = {key: amount(self.value(key), title) for key, title in TITLES.items()}
        if not any(more.values()):
            raise SofthouseError("Give it more of what it lacked, or leave it with escape.")
        for limit in self._limits:
            if (more[limit.key] or math.inf) <= limit.used:
                used = f"{_exactly(limit, limit.used)} are used already"
                raise SofthouseError(f"{TITLES[limit.key]}: {used}, so it has to be more.")
        tokens, calls = more["tokens"], more["calls"]
        return Raise(
            usd=more["usd"],
            tokens=None if tokens is None else int(tokens),
            calls=None if calls is None else int(calls),
            seconds=more["seconds"],
        )


def stopped_at_a_limit(folder: Path) -> Now | None:
    """A run that wants more than it may use; None where it did not stop at a limit.

    Raises JournalError where the journal cannot be read.
    """
    state = RunState(lambda: 0.0)
    state.add(read_events(folder / FILE_NAME))
    summary = state.now.summary
    stopped = summary.status == "stopped" and summary.exit_code == BUDGET_REACHED
    return state.now if stopped else None


def _exactly(limit: Limit, value: float) -> str:
    """An amount of it, as it can also be written into its field."""
    seconds = f" ({value:,.0f} s)" if limit.key == "seconds" else ""
    return f"{limit.in_words(value)}{seconds}"


class BudgetScreen(RaiseScreen):
    """Sends higher limits to whoever works on the run; else it is resumed with them."""

    BINDING_GROUP_TITLE = "Budget"
    HEADING = "Budget"
    DONE = "The new limits hold."

    def __init__(self, folder: Path, state: RunState) -> None:
        self._works = is_locked(folder / FILE_NAME)
        self.VERB = "Raise" if self._works else "Resume"
        self._has_ended = not self._works and state.now.summary.status in FINAL
        super().__init__(folder, state.now.summary.reason, limits_of(state.now))

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
