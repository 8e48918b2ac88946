"""A comparison of two runs in words: parts of lines, each with a name and a cell for either run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from company.cli.differences.sides import RunPair, cost_of
from warehouse.comparison.facts import Row
from warehouse.comparison.files import FileRow, Version, edits
from warehouse.loose import mapping, number, text, whole
from warehouse.telling.figures import counted, duration
from warehouse.telling.lines import excerpt, judged

NOTHING = "–"
"""Where a run has nothing to tell."""
EMPTY = "none"
"""Where what it has to tell is empty."""
GAP = "…"
"""Where both have the same lines."""
UNSEEN = "(not the same: see --json)"
"""Where two values differ, and their words do not."""
LONGEST = 200
"""Characters of one line of a cell."""
BEFORE = 40
"""Characters that a long line shows before the first that differs."""
CELL_LINES = 8
"""Lines of a cell; of longer texts, what differs is shown."""

InWords = Callable[[Any], str]


@dataclass(frozen=True)
class Line:
    """One fact of both runs in words; a cell may have several lines."""

    name: str
    a: str
    b: str
    differs: bool


@dataclass(frozen=True)
class Part:
    """What is told of one side of the runs."""

    title: str
    lines: tuple[Line, ...]

    @property
    def differing(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.differs)

    @property
    def same(self) -> int:
        """How many lines are the same in both runs."""
        return len(self.lines) - len(self.differing)


def parts_of(pair: RunPair) -> list[Part]:
    """Everything there is to compare; a part of which neither run tells anything is left out."""
    found = pair.comparison
    parts = [
        Part("Order", _lines(found.order, _value)),
        Part("Cards", _lines(found.cards, _value)),
        Part("Decisions", _lines(found.decisions, _value)),
        Part("Verdicts", _lines(found.verdicts, _verdict)),
        Part("Checks", _lines(found.checks, _check)),
        Part("Files", tuple(_file(row) for row in found.files)),
        Part("Outcome", tuple(_outcome(row, pair) for row in found.outcome)),
    ]
    return [part for part in parts if part.lines]


def _lines(rows: Iterable[Row], words: InWords) -> tuple[Line, ...]:
    return tuple(_line(row, words) for row in rows)


def _line(row: Row, words: InWords) -> Line:
    lines = _lines_of(row.a, words), _lines_of(row.b, words)
    if row.differs:
        lines = _apart(*lines)
    a, b = map(_cell, lines)
    if row.differs and a == b:
        b = f"{b}\n{UNSEEN}"
    return Line(row.name, a, b, row.differs)


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
    found = edits(a, b) if len(a) + len(b) > 2 * CELL_LINES else None
    if found is None:
        return a, b
    apart: tuple[list[str], list[str]] = [], []
    for tag, a_from, a_to, b_from, b_to in found:
        apart[0].extend([GAP] if tag == "equal" else a[a_from:a_to])
        apart[1].extend([GAP] if tag == "equal" else b[b_from:b_to])
    return apart


def _parting(a: str, b: str) -> int:
    """Where two lines part: how many characters they have in common before."""
    pairs = enumerate(zip(a, b, strict=False))
    return next((at for at, (x, y) in pairs if x != y), min(len(a), len(b)))


def _cell(lines: list[str]) -> str:
    shown = [excerpt(line, LONGEST) for line in lines[:CELL_LINES]]
    if len(lines) > CELL_LINES:
        shown.append(f"… {counted(len(lines) - CELL_LINES, 'more line')} in --json")
    return "\n".join(shown)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "\n".join(map(_inner, value))
    if isinstance(value, dict):
        return "\n".join(f"{name}: {_inner(inner)}" for name, inner in value.items())
    return text(value)


def _inner(value: Any) -> str:
    """A value within another one, on one line."""
    if isinstance(value, list):
        return f"[{', '.join(map(_inner, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_inner(inner)}' for name, inner in value.items())}}}"
    return " ".join(_value(value).split())


def _verdict(value: Any) -> str:
    verdict = mapping(value)
    approved = "approved" if verdict.get("approved") else "not approved"
    comments = whole(verdict.get("comments"))
    return f"{approved}, {counted(comments, 'comment')}" if comments else approved


def _check(value: Any) -> str:
    if isinstance(value, str):
        return value
    return judged(value["ok"], value["exit_code"], value["remark"])


def _outcome(row: Row, pair: RunPair) -> Line:
    if row.name == "cost":
        return _rounded("cost", cost_of(pair.a), cost_of(pair.b))
    if row.name == "seconds":
        return _rounded("time", _time(row.a), _time(row.b))
    return _line(row, _figure)


def _rounded(name: str, a: str, b: str) -> Line:
    """Figures that differ if their words do: no two runs take the same time to the millisecond."""
    return Line(name, a, b, a != b)


def _time(seconds: Any) -> str:
    return NOTHING if seconds is None else duration(number(seconds))


def _figure(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int | float) else _value(value)


def _file(row: FileRow) -> Line:
    a, b = _size(row.a), _size(row.b)
    if row.state == "changed":
        b += f", +{row.added} -{row.removed}" if row.added is not None else ", changed"
    elif row.state == "unknown":
        b += ", perhaps changed"
    return Line(row.path, a, b, row.state != "same")


def _size(version: Version | None) -> str:
    if version is None:
        return NOTHING
    if version.content is None:
        return "there"
    lines = version.lines
    if lines is None:
        return counted(len(version.content), "byte")
    return counted(len(lines), "line")
