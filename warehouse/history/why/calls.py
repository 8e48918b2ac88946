"""Which call of a tool wrote a line: what the calls of a phase changed, replayed line by line.

A phase is one commit, however many calls were made in it. What each of them left in the files is in the
journal.
"""

import re
from collections.abc import Sequence
from itertools import islice

from warehouse.history.entries import ToolCalled
from warehouse.history.why.account import Account
from warehouse.history.why.blame import FileAt
from warehouse.history.why.trace import Provenance, TracedLine
from warehouse.product.alignment import unchanged

ANALYSIS = "analysis"
"""What the house calls its own writing of a report, line by line from what queries brought."""
_FIGURE = re.compile(r"(?<!\\)(?:\\\\)*\]\(#query-(\d{1,4})\)")
"""A link that the house made: in what rows say, the bracket is escaped."""
_FENCE = re.compile(r"(`{3,})sql")
_QUERY = re.compile(r"## Query (\d{1,4})")
Writers = list[ToolCalled | None]
"""For each line of a file the call that wrote it; None where none did."""


class Callers:
    """The calls behind the lines of one file."""

    def __init__(self, provenance: Provenance, account: Account | None) -> None:
        self._provenance = provenance
        self._account = account
        self._writers: dict[FileAt, Writers] = {}

    def calls_behind(self, line: TracedLine) -> tuple[ToolCalled, ...]:
        """The call that wrote a line, or the queries whose figures are in it; empty where none did, or no journal
        tells."""
        origin = line.origin
        if self._account is None or origin.run not in self._account.runs:
            return ()
        written = line.blamed.written
        if written not in self._writers:
            before = self._provenance.before(line)
            after = self._provenance.as_written(line)
            calls = self._account.calls(origin.step)
            self._writers[written] = writers(calls, written.path, before, after)
        call = self._writers[written][line.blamed.written_number - 1]
        if call is None or call.tool != ANALYSIS:
            return (call,) if call else ()
        numbers = queries_told(self._provenance.as_written(line), line.blamed.written_number)
        queries = (self._account.query(origin.step, number) for number in numbers)
        return tuple(filter(None, queries)) or (call,)


def writers(
    calls: Sequence[ToolCalled], path: str, before: Sequence[str], after: Sequence[str]
) -> Writers:
    """Who wrote each line of `after`, which the calls and the reply behind them made of `before`.

    Where lines are alike, git may take another of them for the new one than a call does: such a line
    is the last call's that wrote one like it.
    """
    lines, by = list(before), Writers([None] * len(before))
    alike: dict[str, ToolCalled] = {}
    for call in calls:
        if path not in call.changed:
            continue
        text = call.changed[path]
        left = _lines(text) if text is not None else []
        by = _carried(lines, by, left, call)
        by = [
            _below(call, alike.get(line)) if writer is call else writer
            for line, writer in zip(left, by, strict=True)
        ]
        alike |= {line: call for line, writer in zip(left, by, strict=True) if writer is call}
        lines = left
    by = _carried(lines, by, after, None)
    kept = unchanged(lines, after)
    return [
        writer or (alike.get(line) if at in kept else None)
        for at, (line, writer) in enumerate(zip(after, by, strict=True))
    ]


def queries_told(lines: Sequence[str], number: int) -> list[int]:
    """The numbers of the queries that a line of a report tells of: those of its figures, else of the heading above."""
    told = _without_queries(lines[:number])
    figures = dict.fromkeys(map(int, _FIGURE.findall(told[-1])))
    headings = (int(each[1]) for each in map(_QUERY.fullmatch, reversed(told)) if each)
    return list(figures) or list(islice(headings, 1))


def _without_queries(lines: Sequence[str]) -> list[str]:
    """The lines, empty where a query stands, which may say anything."""
    told, fence = list[str](), ""
    for line in lines:
        opened = _FENCE.fullmatch(line)
        told.append("" if fence or opened else line)
        if fence:
            fence = "" if line == fence else fence
        elif opened:
            fence = opened[1]
    return told


def _below(call: ToolCalled, earlier: ToolCalled | None) -> ToolCalled:
    """Who wrote a line that a call brought in: where colleagues worked for it side by side, one of
    their calls."""
    if earlier is not None and earlier.where.startswith(f"{call.where}/"):
        return earlier
    return call


def _carried(
    before: Sequence[str], by: Writers, after: Sequence[str], writer: ToolCalled | None
) -> Writers:
    kept = unchanged(before, after)
    return [by[kept[at]] if at in kept else writer for at in range(len(after))]


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []
