"""A run's own account of how a commit came about: the talk that ended in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from warehouse.history.entries import (
    Began,
    Delivered,
    Entry,
    Forked,
    Rejected,
    Said,
    StepBegan,
    StepEnded,
)
from warehouse.history.transcript import transcript
from warehouse.history.why.branches import Branches
from warehouse.journal.journal import Event

_COMMIT = "/commit"
"""How the place of a commit ends that a talk led to; what goes before is the phase's."""
_REMARK = "/remark"
"""How a place ends where an instructor speaks of a reply, and may agree to it."""
_NEIGHBOURS = 50
"""Lines above and below that are compared; hostile text must not make that long."""


@dataclass(frozen=True)
class PhaseTalk:
    """The conversation of a phase."""

    entries: tuple[Said | Rejected, ...]
    """What was said, and what was answered to replies that could not be used, in order."""
    reply: Said
    """What was accepted in the end."""
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
        return next((entry.titles for entry in self.entries if isinstance(entry, Began)), {})

    def talk(self, commit_step: str) -> PhaseTalk | None:
        """What was said in the phase that ended in a commit; None where nothing was."""
        if not commit_step.endswith(_COMMIT):
            return None
        phase = commit_step.removesuffix(_COMMIT)
        inside = [entry for entry in self.entries if entry.where.startswith(f"{phase}/")]
        talk = tuple(entry for entry in inside if isinstance(entry, Said | Rejected))
        replies = [entry for entry in talk if isinstance(entry, Said)]
        if not replies:
            return None
        answers = [entry for entry in replies if not entry.where.endswith(_REMARK)]
        return PhaseTalk(talk, (answers or replies)[-1], self._report(phase, replies[0].seq))

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
