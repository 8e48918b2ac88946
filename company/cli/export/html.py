"""A run as one HTML page: no script, nothing loaded from anywhere, everything escaped."""

from collections.abc import Iterator
from html import escape
from string import Template

from company.cli.export.head import facts
from company.cli.opened import OpenedRun
from warehouse.history.chapters import Chapter, chapters
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

PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>$title</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #8886; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #8881; padding: .6rem .8rem;
  border-radius: .4rem; font-size: .85rem; }
section > p { margin: .6rem 0; }
.who { font-weight: 600; }
.dim { opacity: .65; font-weight: 400; font-size: .85rem; }
.good { color: #1a7f37; } .bad { color: #cf222e; } .warn { color: #9a6700; }
details > summary { cursor: pointer; opacity: .65; font-size: .85rem; }
table { border-collapse: collapse; } td, th { padding: .15rem .8rem .15rem 0; text-align: left; }
</style>
</head>
<body>
$body
</body>
</html>
""")


def as_html(opened: OpenedRun) -> str:
    """The whole transcript as a page."""
    body = "\n".join(
        part for chapter in chapters(opened.entries) for part in _chapter(chapter, opened)
    )
    title = opened.row.summary.name if opened.row.summary else opened.folder.name
    return PAGE.substitute(title=_text(title), body=body)


def _chapter(chapter: Chapter, opened: OpenedRun) -> Iterator[str]:
    yield "<section>"
    if chapter.title:
        yield f"<h2>{_text(chapter.heading)}</h2>"
    if chapter.skipped:
        yield f'<p class="dim">Skipped: {_text(chapter.skipped)}.</p>'
    for entry in chapter.entries:
        yield from _entry(entry, opened)
    yield "</section>"


def _entry(entry: Entry, opened: OpenedRun) -> Iterator[str]:
    match entry:
        case Began():
            yield f"<h1>{_text(entry.name)}</h1>"
            yield _pre(entry.task)
            yield _facts(entry, opened)
        case Forked():
            yield f"<p><b>{_text(entry.run)}</b>: {_text(forked(entry))}</p>"
        case Resumed():
            yield f'<p class="dim">Resumed {_text(entry.at)}.</p>'
        case Steered():
            yield f'<p class="warn">A person: {_text(steered(entry, opened.title_of))}</p>'
        case Said():
            yield from _said(entry, opened)
        case ToolCalled():
            who = opened.title_of(entry.speaker)
            yield f"<p>{_text(who)} uses {_text(entry.call)}</p><pre>{_text(entry.text)}</pre>"
        case Delivered() if not entry.files:
            yield f'<p class="good">{_text(entry.kind.capitalize())}: {_text(delivered(entry))}</p>'
        case Rejected():
            yield f'<p class="warn">Sent back: {_text(entry.complaint)}</p>'
        case Committed():
            yield _commit(entry)
        case Executed():
            yield from _checks(entry)
        case Noted():
            yield f'<p class="warn">Note: {_text(entry.text)}</p>'
        case Failed():
            yield f'<p class="bad">{_text(entry.effect)} failed: {_text(entry.error)}</p>'
        case Ended():
            kind = "good" if entry.exit_code == 0 else "bad"
            words = f"{entry.status}, exit code {entry.exit_code}: {entry.reason}"
            yield f'<h2>The end</h2><p class="{kind}">{_text(words)}</p>'


def _said(said: Said, opened: OpenedRun) -> Iterator[str]:
    tokens = f"{said.prompt_tokens:,}+{said.completion_tokens:,} tokens"
    about = f"{said.model}, {tokens}, {duration(said.seconds)}" if said.model else "a person"
    who = _text(f"{opened.title_of(said.speaker)} → {opened.title_of(said.listener)}")
    yield f'<p class="who">{who} <span class="dim">{_text(about)}</span></p>'
    if said.prompt:
        words = "\n\n".join(f"[{m['role']}]\n{m['content']}" for m in said.prompt)
        yield f"<details><summary>The prompt</summary>{_pre(words)}</details>"
    yield _pre(said.text)


def _commit(commit: Committed) -> str:
    rows = "".join(
        f"<tr><td>{_text(c.status)}</td><td><code>{_text(c.path)}</code></td>"
        f'<td class="good">+{c.added}</td><td class="bad">−{c.removed}</td></tr>'
        for c in commit.files
    )
    head = f"Commit <code>{_text(commit.sha[:10])}</code> by {_text(commit.author)}"
    return f"<p>{head}</p><table>{rows}</table>"


def _checks(executed: Executed) -> Iterator[str]:
    for done in executed.checks:
        kind = {True: "good", False: "bad", None: "warn"}[done.ok]
        yield f'<p class="{kind}">{_text(check(done))}</p>'
        output = _pre(f"$ {done.command}\n{done.output}".rstrip())
        is_open = " open" if done.ok is False else ""
        yield f"<details{is_open}><summary>The output</summary>{output}</details>"
    if not executed.checks:
        yield f'<p class="dim">{_text(executed.summary)}</p>'


def _facts(began: Began, opened: OpenedRun) -> str:
    rows = "".join(
        f"<tr><th>{head}</th><td>{_text(words)}</td></tr>"
        for head, words in facts(began, opened).items()
    )
    return f"<table>{rows}</table>"


def _text(text: str) -> str:
    return escape(safe_text(text))


def _pre(text: str) -> str:
    return f"<pre>{_text(text)}</pre>"
