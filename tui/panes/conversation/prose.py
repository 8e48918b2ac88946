"""Prose as rows: Markdown where that is safe and loses nothing, else the plain text.

Rich's Markdown leaves out what it does not know (HTML, deep nesting, link titles) and takes its
time over some texts. So it gets a few paragraphs at a time, and its work is shown only if every
letter is still there.
"""

import io
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import ClassVar

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from rich.theme import Theme
from textual.strip import Strip

from tui.panes.conversation.block import EMPTY, Row
from tui.panes.conversation.inks import Inks
from tui.panes.conversation.wrapping import TAB, wrapped
from warehouse.terminal_text import safe_text

PIECE = 1_500
"""Characters of prose turned into Markdown at once."""
MOST_PIECES = 40
"""Pieces of a message that are turned into Markdown; the rest of a very long one stays plain."""
_MARKS = re.compile(r"[*_`#\[\]<>|~&\\]|^ *(?:[-+]|\d+[.)])\s|^ *[-=]{3}", re.MULTILINE)
_NEW_PARAGRAPH = re.compile(r"\n[ \t]*\n(?=\S)")


class _Heading(Heading):
    """At the left edge and without a box."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.text


class _CodeBlock(CodeBlock):
    """Indented code, as it is."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(str(self.text).rstrip(), style="markdown.code_block")


class _Markdown(Markdown):
    """Markdown in which HTML is text and a line break is a line break."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _Heading,
        "code_block": _CodeBlock,
        "fence": _CodeBlock,
    }

    def __init__(self, text: str) -> None:
        super().__init__("", hyperlinks=False)
        parser = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"])
        self.parsed = parser.parse(text)
        _keep_breaks(self.parsed)


def prose_rows(text: str, width: int, inks: Inks) -> Iterator[Row]:
    """The rows of a text from anywhere."""
    for number, piece in enumerate(_pieces(safe_text(text).expandtabs(TAB))):
        if number:
            yield EMPTY
        rows = None
        if number < MOST_PIECES and _MARKS.search(piece):
            rows = _markdown_rows(piece, width, inks)
        yield from rows if rows is not None else plain_rows(piece, width, inks.text)


def plain_rows(text: str, width: int, style: Style) -> Iterator[Row]:
    """The rows of a text that was made safe, as it is."""
    for line in wrapped(text, width):
        yield Row(Strip([Segment(line, style)]) if line else EMPTY.strip, searchable=True)


def _pieces(text: str) -> Iterator[str]:
    """A text in pieces of whole paragraphs, as far as they are asked for."""
    start, end, following = 0, 0, 0
    for gap in _NEW_PARAGRAPH.finditer(text):
        if end > start and gap.start() - start > PIECE:
            yield text[start:end]
            start = following
        end, following = gap.start(), gap.end()
    if end > start and len(text) - start > PIECE:
        yield text[start:end]
        start = following
    yield text[start:]


def _markdown_rows(text: str, width: int, inks: Inks) -> list[Row] | None:
    """The rows of a text in Markdown; None where it is better shown plain."""
    if len(text) > 2 * PIECE:
        return None
    console = _console(inks)
    try:
        options = console.options.update(width=width)
        lines = console.render_lines(_Markdown(text), options, pad=False)
    except Exception:  # hostile text; what can go wrong in two libraries cannot be listed
        return None
    strips = [_trimmed(line) for line in lines]
    while strips and not strips[-1].cell_length:
        strips.pop()
    if any(strip.cell_length > width for strip in strips):
        return None
    if _letters(strip.text for strip in strips) < _letters([text]):
        return None
    return [Row(strip, searchable=True) for strip in strips]


@lru_cache(maxsize=4)
def _console(inks: Inks) -> Console:
    dim = inks.dim
    names = {f"markdown.h{level}": inks.heading for level in range(1, 7)} | {
        "markdown.paragraph": inks.text,
        "markdown.text": inks.text,
        "markdown.em": Style(italic=True),
        "markdown.emph": Style(italic=True),
        "markdown.strong": inks.strong,
        "markdown.s": Style(strike=True),
        "markdown.code": inks.chip,
        "markdown.code_block": inks.chip,
        "markdown.block_quote": dim,
        "markdown.list": inks.text,
        "markdown.item": inks.text,
        "markdown.item.bullet": dim,
        "markdown.item.number": dim,
        "markdown.hr": inks.rule,
        "markdown.link": inks.link,
        "markdown.link_url": dim,
        "markdown.table.border": inks.rule,
        "markdown.table.header": inks.heading,
    }
    return Console(
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
        theme=Theme(names),
        _environ={},
    )


def _keep_breaks(tokens: Iterable[Token]) -> None:
    for token in tokens:
        if token.type == "softbreak":
            token.type = "hardbreak"
        _keep_breaks(token.children or ())


def _trimmed(line: list[Segment]) -> Strip:
    """A row without the blanks that Rich fills it up with."""
    strip = Strip([segment for segment in line if segment.text and not segment.control])
    length = len(strip.text.rstrip())
    return (
        strip if length == len(strip.text) else strip.crop(0, strip.index_to_cell_position(length))
    )


def _letters(texts: Iterable[str]) -> int:
    return sum(sum(map(str.isalpha, text)) for text in texts)
