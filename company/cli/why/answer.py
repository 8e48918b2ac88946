"""The answer of `softhouse why`, put together before it is shown to anybody."""

from collections.abc import Iterable
from dataclasses import dataclass

from company.cli.why.question import Question
from warehouse.history.why.account import PhaseTalk, find_line
from warehouse.history.why.origin import Origin
from warehouse.history.why.trace import Share, TracedLine


@dataclass(frozen=True)
class LineAnswer:
    """Everything behind one line."""

    path: str
    line: TracedLine
    talk: PhaseTalk | None
    """What was said in the phase that wrote it; None where no journal tells."""
    titles: dict[str, str]
    """Role name → title."""
    found_at: int | None
    """The index of the line in the lines of the talk's reply; None where it is not there as it is."""
    earlier: tuple[Share, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class FileAnswer:
    """Who wrote what of a file, or of some of its lines."""

    path: str
    asked: str
    """The path, with the lines asked about where they are not all."""
    lines: int
    """How many were asked about."""
    shares: tuple[Share, ...]
    """The earliest first."""
    last: Origin
    """Who made the file what it is, where it has no lines."""
    is_text: bool
    notes: tuple[str, ...]


def answer(question: Question) -> LineAnswer | FileAnswer:
    """Raises ConfigurationError where there are no such lines."""
    lines = question.asked()
    if question.lines is not None and len(lines) == 1:
        return _about_line(question, lines[0])
    provenance = question.provenance
    shares = tuple(provenance.shares(lines))
    notes = (*question.notes, *(note for each in shares for note in _about(each.origin)))
    return FileAnswer(
        path=question.path,
        asked=_asked(question, lines),
        lines=len(lines),
        shares=shares,
        last=provenance.last,
        is_text=provenance.file.is_text,
        notes=notes,
    )


def _asked(question: Question, lines: list[TracedLine]) -> str:
    if question.lines is None:
        return question.path
    return f"{question.path}:{lines[0].number}-{lines[-1].number}"


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of each run of numbers without a gap; the numbers are ascending."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return found


def _about_line(question: Question, line: TracedLine) -> LineAnswer:
    provenance, account, origin = question.provenance, question.account, line.origin
    notes = [*question.notes, *_about(origin)]
    talk = None
    if account is not None and origin.run:
        if origin.run in account.runs:
            talk = account.talk(origin.step)
        else:
            notes.append(f"It was written in run {origin.run}, whose journal is not here.")
    written = provenance.as_written(line)
    found = find_line(talk.reply.text, written, line.blamed.written_number) if talk else None
    return LineAnswer(
        path=question.path,
        line=line,
        talk=talk,
        titles=account.titles if account else {},
        found_at=found,
        earlier=tuple(provenance.earlier(line)),
        notes=tuple(notes),
    )


def _about(origin: Origin) -> list[str]:
    if not origin.is_cut_off:
        return []
    return [
        f"This clone has no history before commit {origin.sha[:10]}: what is said to come from it "
        "may be older. The whole history: git fetch --unshallow"
    ]
