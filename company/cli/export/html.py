"""A run as one HTML page: no script, nothing loaded from anywhere, everything escaped."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from string import Template

from company.cli.export.head import facts
from company.cli.opened import OpenedRun
from warehouse.history.chapters import Chapter, chapters
from warehouse.history.format import blocks
from warehouse.history.format.wording import blocks_of
from warehouse.terminal_text import safe_text

_TONES: Mapping[blocks.Sign, str] = {
    "person": "warn",
    "yields": "good",
    "sent back": "warn",
    "note": "warn",
    "again": "warn",
    "failed": "bad",
    "no checks": "dim",
}
"""The class of each mark that is told; the others are told by what stands around them."""

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
        for block in blocks_of(entry, opened.title_of):
            yield from _block(block, opened)
    yield "</section>"


def _block(block: blocks.Block, opened: OpenedRun) -> Iterator[str]:
    match block:
        case blocks.Title():
            yield f"<h1>{_text(block.name)}</h1>"
            yield _pre(block.task)
            yield _table(f"<th>{name}</th><td>{_text(fact)}</td>" for name, fact in facts(opened))
        case blocks.Fact(kind="fork"):
            yield f"<p><b>{_text(block.label)}</b>: {_text(block.text)}</p>"
        case blocks.Fact():
            yield f'<p class="dim">{_text(block.label.capitalize())} {_text(block.at)}.</p>'
        case blocks.Quote():
            about = _text(block.about(block.model, block.tokens))
            yield f'<p class="who">{_text(block.who)} <span class="dim">{about}</span></p>'
            if block.prompt:
                words = "\n\n".join(f"[{m['role']}]\n{m['content']}" for m in block.prompt)
                yield f"<details><summary>The prompt</summary>{_pre(words)}</details>"
            yield _pre(block.text)
        case blocks.ToolUse():
            yield f'<p class="who">{_text(block.who)}</p>{_pre(block.text)}'
        case blocks.Mark() if block.sign in _TONES:
            label = (block.label or block.lead).capitalize()
            words = f"{label}: {block.words}" if label else block.words
            yield f'<p class="{_TONES[block.sign]}">{_text(words)}</p>'
        case blocks.Changes():
            rows = (
                f"<td>{_text(file.status)}</td><td><code>{_text(file.path)}</code></td>"
                f'<td class="good">+{file.added}</td><td class="bad">−{file.removed}</td>'
                for file in block.files
            )
            head = f"Commit <code>{_text(block.sha[:10])}</code> by {_text(block.author)}"
            yield f"<p>{head}</p>{_table(rows)}"
        case blocks.Code():
            tone = {True: "good", False: "bad", None: "warn"}[block.ok]
            yield f'<p class="{tone}">{_text(block.line)}</p>'
            opening = "<details open>" if block.ok is False else "<details>"
            yield f"{opening}<summary>The output</summary>{_pre(block.printed)}</details>"
        case blocks.End():
            tone = "bad" if block.exit_code else "good"
            yield f'<h2>The end</h2><p class="{tone}">{_text(block.line)}</p>'


def _table(rows: Iterable[str]) -> str:
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _text(text: str) -> str:
    return escape(safe_text(text))


def _pre(text: str) -> str:
    return f"<pre>{_text(text)}</pre>"
