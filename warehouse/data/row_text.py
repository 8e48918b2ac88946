"""Rows as a table of plain text, for roles and terminals: each row a line, and what is left out is said."""

from collections.abc import Sequence

from warehouse.events import Rows
from warehouse.events.rows import Cell
from warehouse.terminal_text import safe_text

LONGEST_CELL = 80


def row_text(rows: Rows, *, most_rows: int, most_characters: int) -> str:
    """The columns and the first rows, and how many there are."""
    head = [_shortened(name) for name in rows.columns]
    cells = [[_told(cell) for cell in row] for row in rows.rows[:most_rows]]
    while cells and sum(map(_length, cells)) > most_characters:
        cells.pop()
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=False)] if head else []
    numbers = [_is_number([row[at] for row in rows.rows]) for at in range(len(head))]
    lines = (
        [_row(head, widths, numbers), "-+-".join("-" * width for width in widths)] if head else []
    )
    lines += [_row(row, widths, numbers) for row in cells]
    return "\n".join([*lines, _count(rows, len(cells))])


def _count(rows: Rows, shown: int) -> str:
    count = "1 row" if len(rows.rows) == 1 else f"{len(rows.rows):,} rows"
    cut = [f"the first {shown:,} are shown"] if shown < len(rows.rows) else []
    cut += [rows.cut] if rows.cut else []
    return f"({'; '.join([count, *cut])})"


def _row(cells: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> str:
    padded = (
        cell.rjust(width) if is_number else cell.ljust(width)
        for cell, width, is_number in zip(cells, widths, numbers, strict=True)
    )
    return " | ".join(padded).rstrip()


def _told(cell: Cell) -> str:
    return "NULL" if cell is None else _shortened(str(cell))


def _shortened(text: str) -> str:
    line = safe_text(text, keep_newlines=False)
    return line if len(line) <= LONGEST_CELL else f"{line[: LONGEST_CELL - 1]}…"


def _length(row: Sequence[str]) -> int:
    return sum(map(len, row)) + 3 * len(row)


def _is_number(cells: Sequence[Cell]) -> bool:
    return all(isinstance(cell, int | float | None) for cell in cells)
