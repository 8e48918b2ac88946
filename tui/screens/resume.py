"""Taking up a run again, with higher limits where the old ones are what stopped it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.app import App
from textual.widget import Widget
from textual.widgets import Input

from company.remote import launch as house
from company.remote.commands import Raise
from tui.browser.window import run_window
from tui.screens.form import FormScreen, amount, field
from tui.text.plain import PlainStatic
from warehouse.errors import SofthouseError
from warehouse.history.format.figures import cost, dollars, duration, excerpt
from warehouse.history.now import Now
from warehouse.history.transcript import TranscriptFold
from warehouse.journal.journal import FILE_NAME, Event, read_events

COUNTED = "Limits count from the run's beginning; what is left empty stays as it is."
RESUMING = "resuming"
"""The group of the workers that take runs up."""
GOES_ON = "It is taken up, and shown as soon as it works."
BUDGET_REACHED = 3
"""The exit code of a run that a limit stopped."""


@dataclass(frozen=True)
class Limit:
    """One limit of a run: what it is called, what is used of it, and what it is, if it is set."""

    key: str
    title: str
    used: float
    most: float | None
    used_told: str = ""
    """What is used, in words, where the number alone would say too much."""

    @property
    def share(self) -> float:
        """How much of it is used; 1 is all."""
        return self.used / self.most if self.most else 0.0

    def told(self, value: float) -> str:
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
            most = f"of {limit.told(limit.most)}" if limit.most is not None else "no limit"
            used = limit.used_told or limit.told(limit.used)
            said = f"{used} used, {most}"
            yield field(limit.title, Input(id=limit.key, placeholder=said, compact=True))

    def how_it_stands(self) -> str:
        """What is said above the limits."""
        return f"{self._folder.name} stopped: {self._reason}\n{COUNTED}"

    def on_mount(self) -> None:
        nearest = max(self._limits, key=lambda limit: limit.share)
        self.query_one(f"#{nearest.key}").focus()

    async def perform(self) -> Raise:
        given = {limit.key: amount(self.value(limit.key), limit.title) for limit in self._limits}
        if not any(given.values()):
            raise SofthouseError("Give it more of what it lacked, or leave it with escape.")
        for limit in self._limits:
            wanted = given[limit.key]
            if wanted is not None and wanted <= limit.used:
                used = limit.told(limit.used)
                raise SofthouseError(
                    f"{limit.title}: {used} are used already, so it has to be more."
                )
        tokens, calls = given["tokens"], given["calls"]
        return Raise(
            usd=given["usd"],
            tokens=None if tokens is None else int(tokens),
            calls=None if calls is None else int(calls),
            seconds=given["seconds"],
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
