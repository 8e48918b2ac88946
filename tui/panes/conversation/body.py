"""What a message says, as rows, folded to its beginning or whole; and where its code leads."""

from collections.abc import Iterator, Sequence
from itertools import islice

from tui.panes.conversation.block import EMPTY, Row, fitted, one_line, row
from tui.panes.conversation.code_rows import code_rows
from tui.panes.conversation.inks import Inks
from tui.panes.conversation.parts import Code, Part, parts
from tui.panes.conversation.prose import prose_rows
from tui.panes.conversation.reply_fields import field_rows, fields_of
from tui.panes.conversation.wrapping import row_count
from tui.panes.messages import OpenCode, OpenFile
from warehouse.history.entries import Committed
from warehouse.history.format.figures import counted

FOLDED = 12
"""Rows of a folded message, and lines of code from which it is a chip."""
SLACK = 2
"""Rows that are not worth a fold."""
MOST_ROWS = 10_000


def body_rows(text: str, width: int, inks: Inks, unfolded: bool) -> tuple[list[Row], bool]:
    """The rows of a message, and whether there is more, or less, of it to be seen."""
    fields = fields_of(text)
    if fields is not None:
        rows = list(field_rows(fields, width, inks))
        return folded(rows, len(rows), unfolded, inks)
    pieces = list(parts(text))
    rows = list(islice(_rows(pieces, width, inks, unfolded), row_limit(unfolded)))
    if unfolded and len(rows) == MOST_ROWS:
        rows[-1] = row(("… too long to be shown whole: y copies all of it", inks.dim))
    estimate = sum(2 if _is_chip(part) else row_count(part.text, width) + 1 for part in pieces)
    shown, foldable = folded(rows, estimate, unfolded, inks)
    return shown, foldable or any(_is_chip(part) for part in pieces)


def codes_of(text: str) -> list[Code]:
    """The pieces of code of a message, by the numbers that its chips have."""
    return [part for part in parts(text) if isinstance(part, Code)]


def row_limit(unfolded: bool) -> int:
    """How many rows are worth making."""
    return MOST_ROWS if unfolded else FOLDED + SLACK + 1


def folded(rows: list[Row], estimate: int, unfolded: bool, inks: Inks) -> tuple[list[Row], bool]:
    """The beginning of rows that may be too many, and whether there is more, or less, to be seen."""
    if len(rows) <= FOLDED + SLACK:
        return rows, False
    if unfolded:
        return rows, True
    more = counted(max(estimate - FOLDED, SLACK + 1), "more line")
    return [*rows[:FOLDED], row((f"… {more}", inks.dim), opens="fold")], True


def _rows(pieces: list[Part], width: int, inks: Inks, unfolded: bool) -> Iterator[Row]:
    number = 0
    for place, part in enumerate(pieces):
        if place:
            yield EMPTY
        if isinstance(part, Code):
            yield from _code(part, number, width, inks, unfolded)
            number += 1
        else:
            yield from prose_rows(part.text, width, inks)


def _code(code: Code, number: int, width: int, inks: Inks, unfolded: bool) -> Iterator[Row]:
    chip = _is_chip(code)
    if chip or code.path:
        yield fitted(_chip(code, number, inks, "▸" if chip and not unfolded else "▾"), width)
    if unfolded or not chip:
        yield from code_rows(code, width, inks)


def _chip(code: Code, number: int, inks: Inks, mark: str) -> Row:
    names = [one_line(code.path), code.language, counted(code.lines, "line")]
    title, *about = [name for name in names if name]
    pieces = [(f"{mark} ", inks.dim), (title, inks.chip)]
    pieces += [(f" · {fact}", inks.dim) for fact in about]
    if not code.closed:
        pieces.append((" · unfinished", inks.warn))
    return row(*pieces, opens=number, searchable=True)


def _is_chip(part: Part) -> bool:
    return isinstance(part, Code) and part.lines > FOLDED


def opening(codes: Sequence[Code], number: int, commit: Committed | None) -> OpenFile | OpenCode:
    """What to ask for to see one of a message's pieces of code; `commit` is what the message led to."""
    code = codes[number]
    paths = [file.path for file in commit.files if file.status != "deleted"] if commit else []
    is_the_only_one = not code.path and len(codes) == len(paths) == 1
    path = paths[0] if is_the_only_one else code.path
    if commit is not None and path in paths:
        return OpenFile(path, commit.sha)
    title = code.path or f"{code.language or 'code'}, {counted(code.lines, 'line')}"
    return OpenCode(title, code.text, code.language)
