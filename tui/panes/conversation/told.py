"""What happened besides the talking, told in a line or a few: commits, checks, verdicts, failures."""

from collections.abc import Iterator, Mapping

from rich.style import Style

from tui.panes.conversation.block import Row, fitted, indented, one_line, row
from tui.panes.conversation.inks import Inks
from tui.panes.conversation.wrapping import wrapped
from warehouse.history.format import blocks
from warehouse.history.format.figures import counted, excerpt
from warehouse.history.format.wording import changed
from warehouse.terminal_text import safe_text

MOST_LINES = 6
"""Rows of a note or an error; the whole of it is in the log."""
_FILES_NAMED = 3
_SIGNS: Mapping[blocks.Sign, str] = {
    "person": "‖",
    "note": "●",
    "again": "↻",
    "failed": "✗",
    "no checks": "●",
    "skipped": "–",
    "over": "✗",
}


def told_rows(block: blocks.Block, width: int, inks: Inks) -> Iterator[Row]:
    """The rows of a block that is not a message."""
    match block:
        case blocks.Changes():
            yield fitted(_commit(block, inks), width)
        case blocks.Code():
            yield fitted(_check(block, inks), width)
        case blocks.Mark(sign="plan"):
            yield fitted(row(("≡ ", inks.dim), (one_line(block.label), inks.text)), width)
            items = (
                row((one_line(item), inks.text), searchable=True) for item in block.text.split("\n")
            )
            yield from (fitted(each, width) for each in indented(items, "  "))
        case blocks.Mark(sign="yields"):
            yield fitted(_yielded(block, inks), width)
        case blocks.Mark():
            yield from _marked(block, width, inks)
        case blocks.Fact(kind="fork"):
            yield from _wrapped(("⑂", inks.dim), block.text, width, inks.dim)
        case blocks.Fact():
            style = inks.text if block.kind == "version" else inks.dim
            yield from _wrapped(("↻", inks.dim), f"{block.label}: {block.text}", width, style)
        case blocks.End():
            sign = ("✗", inks.bad) if block.exit_code else ("✓", inks.ok)
            reason = f": {block.reason}" if block.reason else ""
            yield from _wrapped(sign, f"Run {block.status}{reason}", width, inks.text)


def told_text(block: blocks.Block) -> str:
    """The words of a block, for a search and for copying."""
    match block:
        case blocks.Title():
            return block.task
        case blocks.Fact(kind="resume"):
            return f"{block.label}: {block.text}"
        case blocks.Quote() | blocks.ToolUse() | blocks.Mark() | blocks.Fact():
            return block.text
        case blocks.Changes():
            return f"{block.sha[:8]} {block.subject}"
        case blocks.Code():
            return block.judged
        case blocks.End():
            return block.reason
    return ""


def _marked(mark: blocks.Mark, width: int, inks: Inks) -> Iterator[Row]:
    """A person's doings and notes are quiet; what went wrong is not."""
    label = mark.label if mark.what else ""
    text = ": ".join(filter(None, (label, mark.text)))
    is_failure = mark.sign in ("failed", "over")
    ink = inks.text if is_failure or mark.sign == "no checks" else inks.dim
    sign = _SIGNS[mark.sign], inks.bad if is_failure else inks.dim
    yield from _wrapped(sign, text, width, ink)


def _commit(commit: blocks.Changes, inks: Inks) -> Row:
    files = changed(commit.files[:_FILES_NAMED])
    more = len(commit.files) - len(files)
    files += [counted(more, "more file")] if more > 0 else []
    return row(
        ("● ", inks.dim),
        (one_line(commit.sha[:8]), inks.chip),
        (f" {one_line(commit.subject)}", inks.text),
        (f"   {one_line(', '.join(files))}", inks.dim),
        opens="commit",
        searchable=True,
    )


def _check(check: blocks.Code, inks: Inks) -> Row:
    mark, style = {True: ("✓", inks.ok), False: ("✗", inks.bad), None: ("–", inks.dim)}[check.ok]
    judged = (one_line(check.judged), inks.text if check.ok is not None else inks.dim)
    return row(
        (f"{mark} ", style), judged, (f"   {check.seconds:.1f} s", inks.dim), searchable=True
    )


def _yielded(mark: blocks.Mark, inks: Inks) -> Row:
    if mark.approved is None:
        sign, word, about = ("⇒ ", inks.dim), one_line(mark.what), one_line(excerpt(mark.text))
    elif mark.approved:
        sign, word, about = ("✓ ", inks.ok), "approved", mark.comments
    else:
        sign, word, about = ("✗ ", inks.bad), "not approved", mark.comments
    return row(sign, (word, inks.text), (f"   {about}", inks.dim), searchable=True)


def _wrapped(sign: tuple[str, Style], text: str, width: int, ink: Style) -> Iterator[Row]:
    lines = []
    for line in wrapped(safe_text(text.strip())[: width * (MOST_LINES + 1)], max(width - 2, 2)):
        lines.append(line)
        if len(lines) == MOST_LINES:
            lines[-1] = f"{line[: width - 4]} …"
            break
    glyph, style = sign
    yield row((f"{glyph} ", style), (lines[0], ink), searchable=True)
    yield from indented((row((line, ink), searchable=True) for line in lines[1:]), "  ")
