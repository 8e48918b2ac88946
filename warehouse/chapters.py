"""A run's transcript in chapters: one for each phase that took place, in the order they began."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from warehouse.entries import Asking, Entry, StepBegan, StepEnded, Words


@dataclass
class Chapter:
    """One phase with all that happened in it. What concerns the whole run has no title."""

    title: str
    where: str = ""
    round: int = 0
    """The round of the loop around it; 0 outside of loops."""
    entries: list[Entry] = field(default_factory=list)
    skipped: str = ""
    """Why there was nothing to do, if so."""

    @property
    def heading(self) -> str:
        """The title, with the round where there is one."""
        return f"{self.title}, round {self.round}" if self.round else self.title


def chapters(entries: Iterable[Entry]) -> list[Chapter]:
    """Entries by phase. What belongs to none follows in the chapter that was open."""
    found = [Chapter("")]
    by_where: dict[str, Chapter] = {}
    rounds: dict[str, int] = {}
    for entry in entries:
        match entry:
            case Asking() | Words():
                continue
            case StepBegan(kind="round"):
                rounds[entry.where] = entry.round
            case StepBegan(kind="phase" | "handover"):
                around = entry.where.rpartition("/")[0]
                chapter = Chapter(entry.title, entry.where, rounds.get(around, 0))
                by_where[entry.where] = chapter
                found.append(chapter)
            case StepEnded(outcome="skipped") if entry.where in by_where:
                by_where[entry.where].skipped = entry.reason
            case StepBegan() | StepEnded(outcome="done" | "skipped"):
                continue
            case _:
                _home(entry, by_where, found).entries.append(entry)
    return found


def _home(entry: Entry, by_where: dict[str, Chapter], found: list[Chapter]) -> Chapter:
    where = entry.where
    while where:
        if where in by_where:
            return by_where[where]
        where = where.rpartition("/")[0]
    if not entry.where and found[-1].title:
        found.append(Chapter(""))
    return found[-1]
