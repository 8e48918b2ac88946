"""A run's transcript in chapters: one for each phase that took place, in the order they began."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from warehouse.history.entries import Asking, Calling, Entry, StepBegan, StepEnded, Words
from warehouse.journal.step_paths import around, circumstances


@dataclass
class Chapter:
    """One phase with all that happened in it. What concerns the whole run has no title."""

    title: str
    where: str = ""
    entries: list[Entry] = field(default_factory=list)
    skipped: str = ""
    """Why there was nothing to do, if so."""

    @property
    def heading(self) -> str:
        """The title, with the round, node, turn or part that the phase is in."""
        return ", ".join(filter(None, (self.title, circumstances(self.where))))


def chapters(entries: Iterable[Entry]) -> list[Chapter]:
    """Entries by phase. What belongs to none follows in the chapter that was open."""
    all_chapters = [Chapter("")]
    by_where: dict[str, Chapter] = {}
    for entry in entries:
        match entry:
            case Asking() | Calling() | Words():
                continue
            case StepBegan(kind="phase" | "handover"):
                chapter = Chapter(entry.title, entry.where)
                by_where[entry.where] = chapter
                all_chapters.append(chapter)
            case StepEnded(outcome="skipped") if entry.where in by_where:
                by_where[entry.where].skipped = entry.reason
            case StepBegan() | StepEnded(outcome="done" | "skipped"):
                continue
            case _:
                _home(entry, by_where, all_chapters).entries.append(entry)
    return all_chapters


def _home(entry: Entry, by_where: dict[str, Chapter], all_chapters: list[Chapter]) -> Chapter:
    for where in around(entry.where):
        if where in by_where:
            return by_where[where]
    if not entry.where and all_chapters[-1].title:
        all_chapters.append(Chapter(""))
    return all_chapters[-1]
