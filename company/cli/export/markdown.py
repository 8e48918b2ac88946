"""A run as one Markdown file. What roles wrote is quoted in fences that nothing in it can close."""

import re
from collections.abc import Iterator

from company.cli.export.head import facts
from company.cli.opened import OpenedRun
from warehouse.history.chapters import chapters
from warehouse.history.entries import (
    Began,
    Committed,
    Delivered,
    Ended,
    Entry,
    Executed,
    Failed,
    Forked,
    Noted,
    Rejected,
    Resumed,
    Said,
    Steered,
    ToolCalled,
)
from warehouse.history.format.figures import duration
from warehouse.history.format.lines import check, delivered, forked, steered
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
            parts += _entry(entry, opened)
    return "\n\n".join(parts) + "\n"


def _entry(entry: Entry, opened: OpenedRun) -> Iterator[str]:
    match entry:
        case Began():
            yield f"# {_plain(entry.name)}"
            yield _fenced(entry.task)
            rows = facts(entry, opened).items()
            yield "\n".join(f"- {head.lower()}: {_plain(words)}" for head, words in rows)
        case Forked():
            yield f"*{_plain(entry.run)}: {_plain(forked(entry))}.*"
        case Resumed():
            yield f"*Resumed {_plain(entry.at)}.*"
        case Steered():
            yield f"*A person:* {_plain(steered(entry, opened.title_of))}"
        case Said():
            about = f"{entry.model}, {entry.completion_tokens:,} tokens, {duration(entry.seconds)}"
            how = about if entry.model else "a person"
            who = f"{opened.title_of(entry.speaker)} → {opened.title_of(entry.listener)}"
            yield f"**{_plain(who)}** ({_plain(how)})"
            yield _fenced(entry.text)
        case ToolCalled():
            yield f"{_plain(opened.title_of(entry.speaker))} uses {_plain(entry.call)}:"
            yield _fenced(entry.text)
        case Delivered() if not entry.files:
            yield f"Yields a {_plain(entry.kind)}:"
            yield _fenced(delivered(entry))
        case Rejected():
            yield "Sent back:"
            yield _fenced(entry.complaint)
        case Committed():
            yield f"Commit `{_code(entry.sha[:10])}` by {_plain(entry.author)}:"
            yield "\n".join(
                f"- {_plain(c.status)} {_plain(c.path)} (+{c.added} −{c.removed})"
                for c in entry.files
            )
        case Executed():
            for done in entry.checks:
                yield f"Check: {_plain(check(done))}"
                yield _fenced(f"$ {done.command}\n{done.output}".rstrip())
            if not entry.checks:
                yield _plain(entry.summary)
        case Noted():
            yield f"Note: {_plain(entry.text)}"
        case Failed():
            yield f"Failed: {_plain(entry.effect)}: {_plain(entry.error)}"
        case Ended():
            yield "## The end"
            yield f"{_plain(entry.status)}, exit code {entry.exit_code}: {_plain(entry.reason)}"


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(safe_text(text).split()))


def _code(text: str) -> str:
    return re.sub(r"[^0-9a-f]", "", text)


def _fenced(text: str) -> str:
    safe = safe_text(text)
    longest = max((len(run) for run in re.findall(r"`+", safe)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{safe}\n{fence}"
