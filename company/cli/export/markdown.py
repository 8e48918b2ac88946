"""A run as one Markdown file. What roles wrote is quoted in fences that nothing in it can close."""

import re
from collections.abc import Iterable, Iterator

from company.cli.export.head import facts
from company.cli.opened import OpenedRun
from warehouse.events import Picture
from warehouse.history.chapters import chapters
from warehouse.history.format import blocks
from warehouse.history.format.wording import blocks_of, pictured
from warehouse.terminal_text import safe_text

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~&$])")


def as_markdown(opened: OpenedRun) -> str:
    """The whole transcript."""
    parts: list[str] = []
    for chapter in chapters(opened.entries):
        if chapter.title:
            parts.append(f"## {_plain(chapter.heading)}")
        if chapter.skipped:
            parts.append(f"Skipped: {_plain(chapter.skipped)}.")
        for entry in chapter.entries:
            for block in blocks_of(entry, opened.title_of):
                parts += _block(block, opened)
    return "\n\n".join(parts) + "\n"


def _block(block: blocks.Block, opened: OpenedRun) -> Iterator[str]:
    match block:
        case blocks.Title():
            yield f"# {_plain(block.name)}"
            yield _fenced(block.task)
            yield "\n".join(f"- {name.lower()}: {_plain(fact)}" for name, fact in facts(opened))
        case blocks.Fact(kind="fork" | "version"):
            yield f"*{_plain(block.label)}: {_plain(block.text)}.*"
        case blocks.Fact():
            yield f"*{_plain(block.label.capitalize())} {_plain(block.at)}.*"
        case blocks.ToolUse():
            yield f"{_plain(block.line)}:"
            if block.given:
                yield _fenced(block.given)
            yield _fenced(block.text)
            yield from _pictured(block.pictures)
        case blocks.Quote():
            about = block.about(block.model, block.written).removesuffix(block.cut)
            yield f"**{_plain(block.who)}** ({_plain(about)})"
            yield _fenced(block.text)
            if block.is_cut:
                yield "Cut at its bound."
        case blocks.Mark(sign="person"):
            yield f"*{block.lead}:* {_plain(block.words)}"
        case blocks.Mark(sign="plan" | "yields" | "sent back"):
            yield f"{_plain(block.lead)}:"
            yield _fenced(block.text)
        case blocks.Mark(sign="no checks"):
            yield _plain(block.text)
        case blocks.Mark(sign="note" | "again" | "failed"):
            yield f"{_plain(block.lead)}: {_plain(block.text)}"
        case blocks.Changes():
            sha = re.sub(r"[^0-9a-f]", "", block.sha[:10])
            yield f"Commit `{sha}` by {_plain(block.author)}:"
            yield "\n".join(
                f"- {_plain(file.status)} {_plain(file.path)} (+{file.added} −{file.removed})"
                for file in block.files
            )
        case blocks.Code():
            yield f"Check: {_plain(block.line)}"
            yield _fenced(block.printed)
            yield from _pictured(block.pictures)
        case blocks.End():
            yield "## The end"
            yield _plain(block.line)


def _pictured(pictures: Iterable[Picture]) -> Iterator[str]:
    return (f"Picture: {_plain(pictured(picture))}" for picture in pictures)


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(safe_text(text).split()))


def _fenced(text: str) -> str:
    safe = safe_text(text)
    longest = max((len(run) for run in re.findall(r"`+", safe)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{safe}\n{fence}"
