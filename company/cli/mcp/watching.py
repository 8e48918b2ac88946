"""How a run stands and what happened since a moment, for whoever asks again and again."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from warehouse.history.entries import Asking, Words
from warehouse.history.format.lines import lines_of
from warehouse.history.now import Now
from warehouse.history.record import status_of
from warehouse.history.transcript import TranscriptFold
from warehouse.journal.journal import FILE_NAME, is_locked
from warehouse.journal.tail import JournalTail
from warehouse.terminal_text import safe_text

BETWEEN_LOOKS = 0.2
"""Seconds."""
MOST_LINES = 200
"""At a time; `next` leads to the others."""


@dataclass(frozen=True)
class Question:
    """What a person is asked: `where` is the place that an answer names."""

    where: str
    text: str


@dataclass(frozen=True)
class RunState:
    """A run at one moment. `cost` is in US dollars, None where a price is not known."""

    run: str
    status: str
    """`running`, `paused`, or how it ended: `verified`, `unverified`, `stopped`, `budget` …"""
    exit_code: int | None
    reason: str
    verdict: str
    phase: str
    calls: int
    tokens: int
    cost: float | None
    seconds: float
    questions: list[Question]
    happened: list[str]
    """A line for each thing that happened since the last look."""
    next: int
    """What to give as `since` for what comes then."""


async def watched(folder: Path, since: int, seconds: float) -> RunState:
    """The run as soon as something has happened since event `since`, it has ended, or the time is over.

    Raises JournalError where it cannot be read.
    """
    following = _Following(folder, since)
    until = asyncio.get_running_loop().time() + seconds
    while True:
        state = await asyncio.to_thread(following.look)
        is_at_work = state.status in ("running", "paused")
        # One that has just ended is still held by its process, and could not be resumed yet.
        is_ending = is_at_work and state.exit_code is not None
        is_news = (bool(state.happened) or not is_at_work) and not is_ending
        if is_news or asyncio.get_running_loop().time() >= until:
            return state
        await asyncio.sleep(BETWEEN_LOOKS)


class _Following:
    """Reads on in a journal."""

    def __init__(self, folder: Path, since: int) -> None:
        self._folder, self._since, self._next = folder, since, since
        self._tail = JournalTail(folder / FILE_NAME)
        self._now, self._story = Now(), TranscriptFold()
        self._lines: list[str] = []

    def look(self) -> RunState:
        # Asked first: what a run that is at rest has written is then read whole.
        is_live = is_locked(self._folder / FILE_NAME)
        for event in self._tail.new_events():
            entry = self._story.add(event)
            self._now.add(event, entry)
            is_new = self._next <= event.seq and len(self._lines) < MOST_LINES
            if is_new:
                self._next = event.seq + 1
                if entry is not None and not isinstance(entry, Asking | Words):
                    self._lines += lines_of(entry)
        return self._state(is_live)

    def _state(self, is_live: bool) -> RunState:
        summary = self._now.summary
        return RunState(
            run=self._folder.name,
            status=status_of(summary, is_live),
            exit_code=summary.exit_code,
            reason=safe_text(summary.reason),
            verdict=safe_text(summary.verdict),
            phase=safe_text(self._now.phase),
            calls=summary.usage.calls,
            tokens=summary.usage.tokens,
            cost=summary.usage.cost,
            seconds=round(summary.seconds, 1),
            questions=[
                Question(each.where, safe_text(each.question)) for each in self._now.questions
            ],
            happened=self._lines,
            next=self._next,
        )
