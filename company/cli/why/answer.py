"""The answer of `softhouse why`, put together before it is shown to anybody, and as plain data."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from msgspec import to_builtins

from company.cli.why.question import Question
from warehouse.history.entries import Said, ToolCalled
from warehouse.history.why.account import PhaseTalk, find_line
from warehouse.history.why.calls import Callers
from warehouse.history.why.origin import Origin
from warehouse.history.why.trace import Share, TracedLine


@dataclass(frozen=True)
class LineAnswer:
    """Everything behind one line."""

    path: str
    line: TracedLine
    calls: tuple[ToolCalled, ...]
    """The call of a tool that wrote it, if one did; of a line of a report, the query of each of its figures."""
    talk: PhaseTalk | None
    """What was said in the phase that wrote it; None where no journal tells."""
    titles: dict[str, str]
    """Role name → title."""
    words: str
    """The talk's reply, or what the call was given, where the line stands in that alone."""
    found_at: int | None
    """The index of the line in the lines of `words`; None where it is not there as it is."""
    earlier: tuple[Share, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class FileShare:
    """What one origin has of a file, and which of it each call of a tool wrote, in their order."""

    share: Share
    calls: tuple[tuple[ToolCalled, tuple[TracedLine, ...]], ...]


@dataclass(frozen=True)
class FileAnswer:
    """Who wrote what of a file, or of some of its lines."""

    path: str
    asked: str
    """The path, with the lines asked about where they are not all."""
    lines: int
    """How many were asked about."""
    shares: tuple[FileShare, ...]
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
    callers = Callers(provenance, question.account)
    shares = tuple(_share_of_file(share, callers) for share in provenance.shares(lines))
    notes = (*question.notes, *(note for each in shares for note in _about(each.share.origin)))
    return FileAnswer(
        path=question.path,
        asked=_name_of(question, lines),
        lines=len(lines),
        shares=shares,
        last=provenance.last,
        is_text=provenance.file.is_text,
        notes=notes,
    )


def _share_of_file(share: Share, callers: Callers) -> FileShare:
    by_call: dict[int, tuple[ToolCalled, list[TracedLine]]] = {}
    for line in share.lines:
        for call in callers.calls_behind(line):
            by_call.setdefault(call.seq, (call, []))[1].append(line)
    return FileShare(
        share, tuple((call, tuple(lines)) for _, (call, lines) in sorted(by_call.items()))
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
    talk, calls = None, Callers(provenance, account).calls_behind(line)
    call = next(iter(calls), None)
    if account is not None and origin.run:
        if origin.run in account.runs:
            talk = account.talk(origin.step, call)
        else:
            notes.append(f"It was written in run {origin.run}, whose journal is not here.")
    words, index = _found(line, provenance.as_written(line), talk, call)
    return LineAnswer(
        path=question.path,
        line=line,
        calls=calls,
        talk=talk,
        titles=account.titles if account else {},
        words=words,
        found_at=index,
        earlier=tuple(provenance.earlier(line)),
        notes=tuple(notes),
    )


def _found(
    line: TracedLine, written: list[str], talk: PhaseTalk | None, call: ToolCalled | None
) -> tuple[str, int | None]:
    """The words in which the line stands, and where in them; else the reply, if there is one."""
    reply = talk.reply.text if talk else ""
    given = [value for value in call.arguments.values() if isinstance(value, str)] if call else []
    for words in (reply, *given):
        index = find_line(words, written, line.blamed.written_number)
        if index is not None:
            return words, index
    return reply, None


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
        "call": _call(answer.calls[0]) if answer.calls else None,
        "calls": [_call(call) for call in answer.calls],
        "talk": _talk(answer.talk, answer) if answer.talk else None,
        "earlier": [
            {"origin": _origin(share.origin), "texts": [line.text for line in share.lines]}
            for share in answer.earlier
        ],
        "notes": list(answer.notes),
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {**asdict(origin), "heading": origin.heading}


def _share(of_file: FileShare) -> dict[str, Any]:
    share = of_file.share
    calls = [{**_call(call), **_counted(lines)} for call, lines in of_file.calls]
    return {"origin": _origin(share.origin), **_counted(share.lines), "calls": calls}


def _counted(lines: Iterable[TracedLine]) -> dict[str, Any]:
    numbers = [line.number for line in lines]
    return {"count": len(numbers), "lines": ranges(numbers)}


def _call(call: ToolCalled) -> dict[str, Any]:
    names = ("where", "at", "speaker", "tool", "arguments", "text", "seconds")
    return {name: getattr(call, name) for name in names}


def _talk(talk: PhaseTalk, answer: LineAnswer) -> dict[str, Any]:
    index = answer.found_at if answer.words == talk.reply.text else None
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
