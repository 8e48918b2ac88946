"""Which call of a tool wrote a line: what the calls of a phase changed, replayed line by line.

A phase is one commit, however many calls were made in it. What each of them left in the files is in the
journal.
"""

import json
import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from warehouse.history.entries import ToolCalled
from warehouse.history.why.account import Account
from warehouse.history.why.blame import FileAt
from warehouse.history.why.trace import Provenance, TracedLine
from warehouse.product.alignment import unchanged

ANALYSIS = "analysis"
"""What the house calls its own writing of a report, line by line from what queries brought."""
_LINK = re.compile(r"(?<!\\)(?:\\\\)*\]\(#(query|source)-(\d{1,4})\)")
"""A link that the house made: in what rows say, the bracket is escaped."""
_FENCE = re.compile(r"(`{3,})(?:sql|text)")
_HEADING = re.compile(r"## (Query|Source) (\d{1,4})")
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
        told = told_of(self._provenance.as_written(line), line.blamed.written_number)
        queries = [self._account.query(origin.step, number) for number in told.queries]
        places = [_source(call, number) for number in told.sources]
        lookups = [self._account.lookup(origin.step, place) for place in places]
        return tuple(filter(None, (*queries, *lookups))) or (call,)


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


class Told(NamedTuple):
    """What a line of a report tells of, by number."""

    queries: Sequence[int]
    sources: Sequence[int]


def told_of(lines: Sequence[str], number: int) -> Told:
    """The queries of a line's figures and the sources that it cites, else the one of the heading above."""
    told = _without_quotes(lines[:number])
    links = dict.fromkeys(_LINK.findall(told[-1]))
    headings = (each.groups() for each in map(_HEADING.fullmatch, reversed(told)) if each)
    named = [(kind.lower(), int(at)) for kind, at in (links or islice(headings, 1))]
    return Told(*([at for kind, at in named if kind == wanted] for wanted in ("query", "source")))


def _source(call: ToolCalled, number: int) -> str:
    """How a source of a report is cited, by what its writing recorded; empty where that is not there."""
    try:
        sources = json.loads(call.changed.get("analysis.json") or "")["sources"]
        return str(sources[number - 1]["place"])
    except (KeyError, LookupError, TypeError, ValueError, RecursionError):
        return ""


def _without_quotes(lines: Sequence[str]) -> list[str]:
    """The lines, empty where a query or a document is quoted, which may say anything."""
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
