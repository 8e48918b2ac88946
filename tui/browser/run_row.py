"""One run at a glance: what a line of the run browser says of it."""

import re
from dataclasses import dataclass
from pathlib import Path

from warehouse.history.clock import moment
from warehouse.history.record import RunRecord
from warehouse.history.summary import RunSummary
from warehouse.history.usage import NOTHING_USED, Usage
from warehouse.history.watch import Look
from warehouse.runs.folders import is_demo
from warehouse.terminal_text import safe_text

LONGEST_NAME = 300
"""Characters of a field that has one line."""
LONGEST_TASK = 2_000
"""Characters of a task, of which more is seen in the run itself."""
_RUN_ID = re.compile(r"(\d{8})-(\d{6})-")
_ROUND = re.compile(r"round-(\d{1,6})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run as the browser shows it. All text is safe, and short enough to be drawn."""

    folder: Path
    status: str
    """`running`, `paused`, `unfinished`, `broken`, or how it ended."""
    name: str
    task: str = ""
    """With its line breaks."""
    reason: str = ""
    """Why it ended as it did, or cannot be read."""
    company: str = ""
    chain: str = ""
    model: str = ""
    experiment: str = ""
    phase: str = ""
    """Where it is, or where it stopped; empty for one that was handed over."""
    parent: str = ""
    """The run it was forked from."""
    forked_at: str = ""
    passed: int = 0
    failed: int = 0
    """Checks of the last execution."""
    usage: Usage = NOTHING_USED
    seconds: float = 0.0
    """The time of all sessions, up to `changed_at`."""
    started: float = 0.0
    """Seconds since 1970; 0 where nobody knows."""
    changed_at: float = 0.0
    """When the journal was last written, in seconds since 1970."""
    is_demo: bool = False
    searched: str = ""
    """All words by which it can be found, in small letters."""

    @property
    def key(self) -> str:
        """What tells it from every other run."""
        return str(self.folder)

    @property
    def is_worked_on(self) -> bool:
        return self.status in ("running", "paused")

    def seconds_at(self, now: float) -> float:
        """The time it has taken by `now`: that of a run at work goes on between two events."""
        passed = now - self.changed_at if self.status == "running" and self.changed_at else 0.0
        return self.seconds + max(passed, 0.0)


def run_row(look: Look, row: RunRecord) -> RunRow:
    """The line of a run. Never raises for what is in its journal."""
    summary = row.summary or RunSummary()
    status = _line(row.status) or "broken"
    name = _line(summary.name) or row.folder.name
    checks = [check.ok for check in summary.checks]
    fields = {
        "name": _line(name),
        "task": _page(summary.task),
        "company": _line(summary.company),
        "model": _line(summary.model),
        "experiment": _line(summary.experiment),
    }
    return RunRow(
        folder=row.folder,
        status=status,
        **fields,
        reason=_line(row.problem or summary.reason),
        chain=_line(summary.chain),
        phase="" if status in ("verified", "unverified") else phase_of(_line(summary.where)),
        parent=_line(summary.parent),
        forked_at=_line(summary.forked_at),
        passed=checks.count(True),
        failed=checks.count(False),
        usage=summary.usage,
        seconds=summary.seconds,
        started=moment(summary.started_at) or _moment_of_id(row.folder.name),
        changed_at=look.changed_at,
        is_demo=is_demo(row.folder),
        searched="\n".join((*fields.values(), row.folder.name, status)).casefold(),
    )


def phase_of(where: str) -> str:
    """The phase at a step's path: `3.review/round-2/review_comment` is `Review comment, round 2`."""
    parts = where.split("/")
    rounds = [match[1] for part in parts if (match := _ROUND.match(part))]
    names = [part for part in parts if not _ROUND.match(part)]
    name = names[-1].partition("~")[0] if names else ""
    number_, dot, rest = name.partition(".")
    name = rest if dot and number_.isdigit() else name
    words = name.replace("_", " ").capitalize()
    return f"{words}, round {rounds[-1]}" if rounds and words else words


def _line(value: str) -> str:
    words = value[:LONGEST_NAME]
    return safe_text(" ".join(words.split()), keep_newlines=False)


def _page(value: str) -> str:
    words = value.strip()
    cut = words if len(words) <= LONGEST_TASK else f"{words[: LONGEST_TASK - 1]}…"
    return safe_text(cut)


def _moment_of_id(name: str) -> float:
    match = _RUN_ID.match(name)
    return (match and moment(f"{match[1]}T{match[2]}")) or 0.0
