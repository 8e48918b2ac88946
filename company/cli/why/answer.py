"""The answer of `softhouse why`, put together before it is shown to anybody, and as plain data."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from msgspec import to_builtins

from company.cli.why.question import Question
from warehouse.history.entries import Said
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
    lines = question.lines_asked_about()
    if question.lines is not None and len(lines) == 1:
        return _about_line(question, lines[0])
    provenance = question.provenance
    shares = tuple(provenance.shares(lines))
    notes = (*question.notes, *(note for each in shares for note in _about(each.origin)))
    return FileAnswer(
        path=question.path,
        asked=_name_of(question, lines),
        lines=len(lines),
        shares=shares,
        last=provenance.last,
        is_text=provenance.file.is_text,
        notes=notes,
    )


def _name_of(question: Question, lines: list[TracedLine]) -> str:
    if question.lines is None:
        return question.path
    return f"{question.path}:{lines[0].number}-{lines[-1].number}"


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of each run of numbers without a gap; the numbers are ascending."""
    spans: list[tuple[int, int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1] = spans[-1][0], number
        else:
            spans.append((number, number))
    return spans


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
    index = find_line(talk.reply.text, written, line.blamed.written_number) if talk else None
    return LineAnswer(
        path=question.path,
        line=line,
        talk=talk,
        titles=account.titles if account else {},
        found_at=index,
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


def as_record(answer: LineAnswer | FileAnswer) -> dict[str, Any]:
    """Line numbers count from 1. `lines` are pairs of the first and the last of each range."""
    if isinstance(answer, FileAnswer):
        return {
            "file": answer.path,
            "count": answer.lines,
            "is_text": answer.is_text,
            "last": _origin(answer.last),
            "shares": [_share(share) for share in answer.shares],
            "notes": list(answer.notes),
        }
    written = answer.line.blamed
    return {
        "file": answer.path,
        "line": answer.line.number,
        "text": answer.line.text,
        "origin": _origin(answer.line.origin),
        "written": {"file": written.written.path, "line": written.written_number},
        "talk": _talk(answer.talk, answer.found_at) if answer.talk else None,
        "earlier": [
            {"origin": _origin(share.origin), "texts": [line.text for line in share.lines]}
            for share in answer.earlier
        ],
        "notes": list(answer.notes),
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {**asdict(origin), "heading": origin.heading}


def _share(share: Share) -> dict[str, Any]:
    numbers = [line.number for line in share.lines]
    return {"origin": _origin(share.origin), "count": len(numbers), "lines": ranges(numbers)}


def _talk(talk: PhaseTalk, index: int | None) -> dict[str, Any]:
    return {
        "speaker": talk.reply.speaker,
        "listener": talk.reply.listener,
        "prompt": talk.reply.prompt[-1]["content"] if talk.reply.prompt else "",
        "reply": talk.reply.text,
        "reply_line": None if index is None else index + 1,
        "report": to_builtins(talk.report) if talk.report else None,
        "entries": [
            {"entry": "said" if isinstance(entry, Said) else "rejected", **to_builtins(entry)}
            for entry in talk.entries
        ],
    }
