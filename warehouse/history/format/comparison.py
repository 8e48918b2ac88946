"""A comparison of two runs in words: parts of lines, each with a name and a cell for either run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from warehouse.history.compare.compare import Comparison
from warehouse.history.compare.facts import Row
from warehouse.history.compare.files import FileRow, Version, edits
from warehouse.history.format.figures import counted, duration, excerpt
from warehouse.history.format.wording import judged

NOTHING = "–"
"""Where a run has nothing to tell."""
EMPTY = "none"
"""Where what it has to tell is empty."""
GAP = "…"
"""Where both have the same lines."""
UNSEEN = "not the same"
"""Where two values differ, and their words do not."""
LONGEST = 200
"""Characters of one line of a cell."""
BEFORE = 40
"""Characters that a long line shows before the first that differs."""
CELL_LINES = 8
"""Lines of a cell; of longer texts, what differs is shown."""

InWords = Callable[[Any], str]


@dataclass(frozen=True)
class ComparedFact:
    """One fact of both runs in words; a cell may have several lines."""

    name: str
    a: str
    b: str
    differs: bool


@dataclass(frozen=True)
class Part:
    """What is told of one side of the runs."""

    title: str
    lines: tuple[ComparedFact, ...]

    @property
    def differing(self) -> tuple[ComparedFact, ...]:
        return tuple(line for line in self.lines if line.differs)

    @property
    def same(self) -> int:
        """How many lines are the same in both runs."""
        return len(self.lines) - len(self.differing)


@dataclass(frozen=True)
class Wording:
    """How a comparison is put into words. `costs` is what either run cost in money, in words."""

    costs: tuple[str, str]
    all_of_it: str = ""
    """Where a reader finds what is not told in full; empty where there is no such place."""

    def parts_of(self, comparison: Comparison) -> list[Part]:
        """Everything there is to compare; a part of which neither run tells anything is left out."""
        parts = [
            Part("Order", self._lines(comparison.order, _value)),
            Part("Cards", self._lines(comparison.cards, _value)),
            Part("Decisions", self._lines(comparison.decisions, _value)),
            Part("Verdicts", self._lines(comparison.verdicts, _verdict)),
            Part("Checks", self._lines(comparison.checks, _check)),
            Part("Files", tuple(_file(row) for row in comparison.files)),
            Part("Outcome", tuple(map(self._outcome, comparison.outcome))),
        ]
        return [part for part in parts if part.lines]

    def _lines(self, rows: Iterable[Row], words: InWords) -> tuple[ComparedFact, ...]:
        return tuple(self._line(row, words) for row in rows)

    def _line(self, row: Row, words: InWords) -> ComparedFact:
        lines = _lines_of(row.a, words), _lines_of(row.b, words)
        if row.differs:
            lines = _apart(*lines)
        a, b = map(self._cell, lines)
        if row.differs and a == b:
            see = f": see {self.all_of_it}" if self.all_of_it else ""
            b = f"{b}\n({UNSEEN}{see})"
        return ComparedFact(row.name, a, b, row.differs)

    def _cell(self, lines: list[str]) -> str:
        shown = [excerpt(line, LONGEST) for line in lines[:CELL_LINES]]
        if len(lines) > CELL_LINES:
            place = f" in {self.all_of_it}" if self.all_of_it else ""
            shown.append(f"… {counted(len(lines) - CELL_LINES, 'more line')}{place}")
        return "\n".join(shown)

    def _outcome(self, row: Row) -> ComparedFact:
        if row.name == "cost":
            return _rounded("cost", *self.costs)
        if row.name == "seconds":
            return _rounded("time", _time(row.a), _time(row.b))
        return self._line(row, _figure)


def shared_past(comparison: Comparison, lengths: tuple[int, int]) -> str:
    """How far two runs have the same past; `lengths` are the numbers of their events."""
    shared = comparison.shared
    if not shared.events:
        return "They share no past: each began by itself."
    if lengths == (shared.events, shared.events):
        return "They are the same, event for event."
    step = f", up to the end of {shared.step}" if shared.step else ""
    past = f"{counted(shared.events, 'event')} ({counted(shared.calls, 'call')})"
    return f"They share their past: {past}{step}."


def _lines_of(value: Any, words: InWords) -> list[str]:
    if value is None:
        return [NOTHING]
    return [line for line in words(value).split("\n") if line.strip()] or [EMPTY]


def _apart(a: list[str], b: list[str]) -> tuple[list[str], list[str]]:
    """Of two long texts what is not the same, with a mark where something is."""
    if len(a) == len(b) == 1:
        start = _parting(a[0], b[0]) - BEFORE
        far = start > LONGEST - 2 * BEFORE
        return ([f"{GAP}{a[0][start:]}"], [f"{GAP}{b[0][start:]}"]) if far else (a, b)
    changes = edits(a, b) if len(a) + len(b) > 2 * CELL_LINES else None
    if changes is None:
        return a, b
    apart: tuple[list[str], list[str]] = [], []
    for tag, a_from, a_to, b_from, b_to in changes:
        apart[0].extend([GAP] if tag == "equal" else a[a_from:a_to])
        apart[1].extend([GAP] if tag == "equal" else b[b_from:b_to])
    return apart


def _parting(a: str, b: str) -> int:
    """Where two lines part: how many characters they have in common before."""
    pairs = enumerate(zip(a, b, strict=False))
    return next((at for at, (x, y) in pairs if x != y), min(len(a), len(b)))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "\n".join(map(_inner, value))
    if isinstance(value, dict):
        return "\n".join(f"{name}: {_inner(inner)}" for name, inner in value.items())
    return "" if value is None else str(value)


def _inner(value: Any) -> str:
    """A value within another one, on one line."""
    if isinstance(value, list):
        return f"[{', '.join(map(_inner, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_inner(inner)}' for name, inner in value.items())}}}"
    return " ".join(_value(value).split())


def _verdict(value: Any) -> str:
    approved = "approved" if value["approved"] else "not approved"
    comments = value["comments"]
    return f"{approved}, {counted(comments, 'comment')}" if comments else approved


def _check(value: Any) -> str:
    if isinstance(value, str):
        return value
    return judged(value["ok"], value["exit_code"], value["remark"])


def _rounded(name: str, a: str, b: str) -> ComparedFact:
    """Figures that differ if their words do: no two runs take the same time to the millisecond."""
    return ComparedFact(name, a, b, a != b)


def _time(seconds: Any) -> str:
    return NOTHING if seconds is None else duration(seconds)


def _figure(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int | float) else _value(value)


def _file(row: FileRow) -> ComparedFact:
    a, b = _size(row.a), _size(row.b)
    if row.state == "changed":
        b += f", +{row.added} -{row.removed}" if row.added is not None else ", changed"
    elif row.state == "unknown":
        b += ", perhaps changed"
    return ComparedFact(row.path, a, b, row.state != "same")


def _size(version: Version | None) -> str:
    if version is None:
        return NOTHING
    if version.content is None:
        return "there"
    lines = version.lines
    if lines is None:
        return counted(len(version.content), "byte")
    return counted(len(lines), "line")
