"""Which call of a tool wrote a line: what the calls of a phase changed, replayed line by line.

A phase is one commit, however many calls were made in it. What each of them left in the files is in the
journal.
"""

import re
from collections.abc import Sequence

from warehouse.history.entries import ToolCalled
from warehouse.history.why.account import Account
from warehouse.history.why.blame import FileAt
from warehouse.history.why.trace import Provenance, TracedLine
from warehouse.product.alignment import unchanged

ANALYSIS = "analysis"
"""What the house calls its own writing of a report, line by line from what queries brought."""
_FIGURE = re.compile(r"\]\(#query-(\d{1,4})\)")
_QUERY = re.compile(r"## Query (\d{1,4})")
Writers = list[ToolCalled | None]
"""For each line of a file the call that wrote it; None where none did."""


class Callers:
    """The calls behind the lines of one file."""

    def __init__(self, provenance: Provenance, account: Account | None) -> None:
        self._provenance = provenance
        self._account = account
        self._writers: dict[FileAt, Writers] = {}

    def call_behind(self, line: TracedLine) -> ToolCalled | None:
        """The call that wrote a line; None where none did, or no journal tells."""
        origin = line.origin
        if self._account is None or origin.run not in self._account.runs:
            return None
        written = line.blamed.written
        if written not in self._writers:
            before = self._provenance.before(line)
            after = self._provenance.as_written(line)
            calls = self._account.calls(origin.step)
            self._writers[written] = writers(calls, written.path, before, after)
        call = self._writers[written][line.blamed.written_number - 1]
        if call is None or call.tool != ANALYSIS:
            return call
        number = _query_told(self._provenance.as_written(line), line.blamed.written_number)
        return self._account.query(origin.step, number) or call


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


def _query_told(lines: Sequence[str], number: int) -> int:
    """The number of the query that a line of a report tells of, by its first figure or its heading; 0 for none."""
    if figure := _FIGURE.search(lines[number - 1]):
        return int(figure[1])
    headings = filter(None, map(_QUERY.fullmatch, reversed(lines[:number])))
    heading = next(headings, None)
    return int(heading[1]) if heading else 0


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
