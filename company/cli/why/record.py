"""The answer of `softhouse why` as plain data."""

from dataclasses import asdict
from typing import Any

from msgspec import to_builtins

from company.cli.why.answer import FileAnswer, LineAnswer, ranges
from warehouse.history.entries import Said
from warehouse.history.why.account import PhaseTalk
from warehouse.history.why.origin import Origin
from warehouse.history.why.trace import Share


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


def _talk(talk: PhaseTalk, found_at: int | None) -> dict[str, Any]:
    return {
        "speaker": talk.reply.speaker,
        "listener": talk.reply.listener,
        "prompt": talk.reply.prompt[-1]["content"] if talk.reply.prompt else "",
        "reply": talk.reply.text,
        "reply_line": None if found_at is None else found_at + 1,
        "report": to_builtins(talk.report) if talk.report else None,
        "entries": [
            {"entry": "said" if isinstance(entry, Said) else "rejected", **to_builtins(entry)}
            for entry in talk.entries
        ],
    }
