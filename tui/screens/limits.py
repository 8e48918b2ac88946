"""What a run may use and has used: more of it while it works, or to take it up again."""

import asyncio
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.app import App
from textual.widget import Widget

from company.remote import launch as house
from company.remote.commands import Raise
from company.remote.mailbox import send
from tui.run_state.run_state import RunState
from tui.screens.form import FormScreen, amount, written
from tui.screens.window import run_window
from tui.text.plain import PlainStatic
from warehouse.errors import SofthouseError
from warehouse.history.format.figures import cost, dollars, duration, excerpt
from warehouse.history.now import Now
from warehouse.history.transcript import TranscriptFold
from warehouse.journal.journal import FILE_NAME, Event, is_locked, read_events

COUNTED = "Limits count from the run's beginning; what is left empty stays as it is."
RESUMING = "resuming"
"""The group of the workers that take runs up."""
GOES_ON = "It is taken up, and shown as soon as it works."
BUDGET_REACHED = 3
"""The exit code of a run that a limit stopped."""
ENDED = "The run has ended: there is nothing to go on with."
FINAL = ("verified", "unverified", "failed")
"""How a run ends for good."""


@dataclass(frozen=True)
class Limit:
    """One limit of a run: what it is called, what is used of it, and what it is, if it is set."""

    key: str
    title: str
    used: float
    most: float | None
    used_in_words: str = ""
    """What is used, in words, where the number alone would say too much."""

    @property
    def share(self) -> float:
        """How much of it is used; 1 is all."""
        return self.used / self.most if self.most else 0.0

    def in_words(self, value: float) -> str:
        """An amount of it, as people read it."""
        match self.key:
            case "usd":
                return dollars(value)
            case "seconds":
                return f"{duration(value)} ({value:,.0f} s)"
        return f"{value:,.0f}"


@dataclass(frozen=True)
class Stopped:
    """A run that a limit stopped: what it said, and all its limits."""

    reason: str
    limits: list[Limit]


def resume(app: App[Any], folder: Path) -> None:
    """Go on with a run and open it; what goes wrong is said. Asked again meanwhile, it does nothing."""
    if all(worker.is_finished for worker in app.workers if worker.group == RESUMING):
        app.run_worker(_resume(app, folder), group=RESUMING)


async def _resume(app: App[Any], folder: Path) -> None:
    limits: Raise | None = None
    try:
        stopped = await asyncio.to_thread(stopped_at_a_limit, folder)
        if stopped is not None:
            limits = await app.push_screen_wait(RaiseScreen(folder, stopped))
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

    def __init__(self, folder: Path, stopped: Stopped) -> None:
        super().__init__()
        self._folder = folder
        self._reason = stopped.reason
        self._limits = stopped.limits

    def fields(self) -> Iterator[Widget]:
        yield PlainStatic(self.how_it_stands(), classes="hint")
        for limit in self._limits:
            most = f"of {limit.in_words(limit.most)}" if limit.most is not None else "no limit"
            used = limit.used_in_words or limit.in_words(limit.used)
            yield written(limit.title, limit.key, f"{used} used, {most}")

    def how_it_stands(self) -> str:
        """What is said above the limits."""
        return f"{self._folder.name} stopped: {self._reason}\n{COUNTED}"

    def on_mount(self) -> None:
        nearest = max(self._limits, key=lambda limit: limit.share)
        self.query_one(f"#{nearest.key}").focus()

    async def perform(self) -> Raise:
        more = {limit.key: amount(self.value(limit.key), limit.title) for limit in self._limits}
        if not any(more.values()):
            raise SofthouseError("Give it more of what it lacked, or leave it with escape.")
        for limit in self._limits:
            if (more[limit.key] or math.inf) <= limit.used:
                used = limit.in_words(limit.used)
                raise SofthouseError(
                    f"{limit.title}: {used} are used already, so it has to be more."
                )
        tokens, calls = more["tokens"], more["calls"]
        return Raise(
            usd=more["usd"],
            tokens=None if tokens is None else int(tokens),
            calls=None if calls is None else int(calls),
            seconds=more["seconds"],
        )


def stopped_at_a_limit(folder: Path) -> Stopped | None:
    """What a run lacks; None where it did not stop at a limit.

    Raises JournalError where the journal cannot be read.
    """
    now = _present(read_events(folder / FILE_NAME))
    summary = now.summary
    if summary.status != "stopped" or summary.exit_code != BUDGET_REACHED:
        return None
    return Stopped(excerpt(summary.reason, 300), limits_of(now))


def limits_of(now: Now) -> list[Limit]:
    """Each limit a run can have, with what is used of it."""
    summary = now.summary
    usage, limits = summary.usage, now.limits
    return [
        Limit("usd", "Dollars", usage.known_cost, limits.get("usd"), cost(usage)),
        Limit("tokens", "Tokens", usage.tokens, limits.get("tokens")),
        Limit("calls", "Calls", usage.calls, limits.get("calls")),
        Limit("seconds", "Seconds", now.seconds, limits.get("seconds")),
    ]


def _present(events: list[Event]) -> Now:
    now, transcript = Now(lambda: 0.0), TranscriptFold()
    for event in events:
        now.add(event, transcript.add(event))
    return now


class BudgetScreen(RaiseScreen):
    """Sends higher limits to whoever works on the run; else it is resumed with them."""

    BINDING_GROUP_TITLE = "Budget"
    HEADING = "Budget"
    DONE = "The new limits hold."

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
