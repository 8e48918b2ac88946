"""Rows as a table of plain text, for roles and terminals: each row a line, and what is left out is said."""

from collections.abc import Sequence

from warehouse.events import Rows
from warehouse.events.rows import Cell
from warehouse.terminal_text import safe_text

LONGEST_CELL = 80


def row_text(rows: Rows, *, most_rows: int, most_characters: int) -> str:
    """The columns and the first rows, and how many there are."""
    head = _fitting([_shortened(name) for name in rows.columns], most_characters)
    widths, cells = list(map(len, head)), list[list[str]]()
    for row in rows.rows[:most_rows]:
        told = [_told(cell) for cell in row[: len(head)]]
        wider = [max(width, len(cell)) for width, cell in zip(widths, told, strict=True)]
        # A long value makes all lines longer, the head too.
        if (len(cells) + 2) * _length(wider) > most_characters:
            break
        widths = wider
        cells.append(told)
    numbers = [_is_number([row[at] for row in rows.rows]) for at in range(len(head))]
    lines = (
        [_row(head, widths, numbers), "-+-".join("-" * width for width in widths)] if head else []
    )
    lines += [_row(row, widths, numbers) for row in cells]
    return "\n".join([*lines, _count(rows, len(cells), len(head))])


def _fitting(head: Sequence[str], most_characters: int) -> list[str]:
    """The first columns, as many as fit into one line."""
    fitting = list[str]()
    for name in head:
        most_characters -= _length([len(name)])
        if most_characters < 0:
            break
        fitting.append(name)
    return fitting


def _count(rows: Rows, shown: int, columns: int) -> str:
    count = "1 row" if len(rows.rows) == 1 else f"{len(rows.rows):,} rows"
    cut = [f"the first {shown:,} are shown"] if shown < len(rows.rows) else []
    if columns < len(rows.columns):
        cut.append(f"the first {columns:,} of {len(rows.columns):,} columns are shown")
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


def _length(widths: Sequence[int]) -> int:
    return sum(widths) + 3 * len(widths)


def _is_number(cells: Sequence[Cell]) -> bool:
    return all(isinstance(cell, int | float | None) for cell in cells)
