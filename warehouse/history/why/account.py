"""A run's own account of how a commit came about: the talk that ended in it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

from msgspec.structs import replace

from warehouse.data.citations import covers
from warehouse.data.looked_up import passages_text
from warehouse.history.entries import (
    QUERY,
    Began,
    Delivered,
    Entry,
    Forked,
    Rejected,
    Said,
    StepBegan,
    StepEnded,
    ToolCalled,
    VersionBegan,
)
from warehouse.history.transcript import transcript
from warehouse.history.why.branches import Branches
from warehouse.journal.journal import Event

_COMMIT = "/commit"
"""How the place of a commit ends that a talk led to; what goes before is the phase's."""
_REMARK = "/remark"
"""How a place ends where an instructor speaks of a reply, and may agree to it."""
_VERSION = re.compile(r"version-\d+/")
_NEIGHBOURS = 50
"""Lines above and below that are compared; hostile text must not make that long."""


@dataclass(frozen=True)
class PhaseTalk:
    """The conversation of a phase."""

    entries: tuple[Said | Rejected, ...]
    """What was said, and what was answered to replies that could not be used, in order."""
    reply: Said
    """What was accepted in the end, or made the call that wrote the line."""
    report: Delivered | None
    """What had been found out just before, in the same round: where the fault lies."""


class Account:
    """A journal, asked for what stands behind a commit."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.entries: list[Entry] = transcript(events)

    @cached_property
    def runs(self) -> frozenset[str]:
        """The run, and those it was forked from: whose commits this journal tells of."""
        began = {entry.run for entry in self.entries if isinstance(entry, Began)}
        forked = [entry for entry in self.entries if isinstance(entry, Forked)]
        return frozenset(began.union(*((each.run, each.parent) for each in forked)) - {""})

    @cached_property
    def branches(self) -> Branches:
        """What was done side by side."""
        steps = (entry for entry in self.entries if isinstance(entry, StepBegan | StepEnded))
        return Branches.of(steps)

    @cached_property
    def titles(self) -> dict[str, str]:
        """Role name → title."""
        began = next((entry.titles for entry in self.entries if isinstance(entry, Began)), {})
        later = (entry.began for entry in self.entries if isinstance(entry, VersionBegan))
        return reduce(or_, (each.titles for each in later), began)

    def talk(self, commit_step: str, call: ToolCalled | None = None) -> PhaseTalk | None:
        """What was said in the phase that ended in a commit; None where nothing was.

        Of a line that a `call` wrote, the reply is the one that made the call.
        """
        talk = tuple(e for e in self._inside(commit_step) if isinstance(e, Said | Rejected))
        replies = [entry for entry in talk if isinstance(entry, Said)]
        if not replies:
            return None
        answers = [entry for entry in replies if not entry.where.endswith(_REMARK)]
        if call is not None:
            own = (entry for entry in replies if entry.speaker == call.speaker)
            answers = [entry for entry in own if entry.seq < call.seq]
        report = self._report(commit_step.removesuffix(_COMMIT), replies[0].seq)
        return PhaseTalk(talk, (answers or replies)[-1], report)

    def calls(self, commit_step: str) -> list[ToolCalled]:
        """The calls of tools in the phase that ended in a commit, in their order."""
        return [entry for entry in self._inside(commit_step) if isinstance(entry, ToolCalled)]

    def query(self, step: str, number: int) -> ToolCalled | None:
        """The query of that number, from 1, of the version in which a step is; None where there is none."""
        asked = [entry for entry in self._called_in_version(step) if entry.tool == QUERY]
        return asked[number - 1] if 0 < number <= len(asked) else None

    def lookup(self, step: str, citation: str) -> ToolCalled | None:
        """The call that first showed lines of a document, as they are cited, in the version in which a step is, and
        of what it showed these; None where there is none."""
        for entry in self._called_in_version(step):
            passages = tuple(each for each in entry.passages if covers(each, citation))
            if passages:
                return replace(entry, text=passages_text(passages), passages=passages)
        return None

    def _called_in_version(self, step: str) -> Iterator[ToolCalled]:
        """The calls that could be made in the version in which a step is."""
        began = _VERSION.match(step)
        version = began[0] if began else ""
        for entry in self.entries:
            if isinstance(entry, ToolCalled) and entry.ok:
                where = entry.where
                if where.startswith(version) if version else not _VERSION.match(where):
                    yield entry

    def _inside(self, commit_step: str) -> Iterator[Entry]:
        """What happened in the phase that ended in a commit; nothing for a commit of the house."""
        phase = commit_step.removesuffix(_COMMIT)
        if phase != commit_step:
            yield from (entry for entry in self.entries if entry.where.startswith(f"{phase}/"))

    def _report(self, phase: str, before: int) -> Delivered | None:
        around = phase.rpartition("/")[0]
        reports = [
            entry
            for entry in self.entries
            if isinstance(entry, Delivered)
            and entry.kind == "report"
            and entry.seq < before
            and entry.where.rpartition("/")[0] == around
        ]
        return reports[-1] if reports and around else None


def find_line(reply: str, file: Sequence[str], number: int) -> int | None:
    """The index of the line of `reply` that became line `number` of `file`; None where it is not.

    Of several alike it is the one whose neighbours are those of the line, and the last of those.
    """
    words = [line.strip() for line in reply.split("\n")]
    written = [line.strip() for line in file]
    at = number - 1
    matches = [index for index, line in enumerate(words) if line == written[at]]
    return max(
        matches, key=lambda index: (_agreement(words, index, written, at), index), default=None
    )


def _agreement(words: list[str], index: int, written: list[str], at: int) -> int:
    """How many lines above and below agree, without a gap."""
    above = zip(_upwards(words, index), _upwards(written, at), strict=False)
    below = zip(_downwards(words, index), _downwards(written, at), strict=False)
    return _common(above) + _common(below)


def _upwards(lines: list[str], index: int) -> list[str]:
    return lines[max(index - _NEIGHBOURS, 0) : index][::-1]


def _downwards(lines: list[str], index: int) -> list[str]:
    return lines[index + 1 : index + 1 + _NEIGHBOURS]


def _common(pairs: Iterable[tuple[str, str]]) -> int:
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count
