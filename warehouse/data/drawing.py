"""A chart of rows, drawn by a process of its own: what draws is large, and rows are anybody's."""

import asyncio
from collections.abc import Sequence
from typing import Literal

import msgspec

from warehouse import child_process
from warehouse.data.rows import Refused
from warehouse.events.rows import Cell

SECONDS = 60.0
LARGEST = 500_000
"""Bytes of a picture that a journal holds."""
WIDEST = 40
"""Blocks of the longest bar in plain text."""
MOST_LINES = 30


class Drawing(msgspec.Struct, frozen=True):
    """How the rows of a query are to be drawn."""

    query: int
    """Its number, from 1."""
    kind: Literal["bar", "line", "point"]
    x: str
    y: str
    """The columns."""
    title: str


class Picture(msgspec.Struct, frozen=True):
    """What the process reports."""

    svg: str = ""
    fault: str = ""


async def svg_of(drawing: Drawing, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """The chart as SVG. Raises Refused where it cannot be drawn."""
    asked = {"drawing": drawing, "columns": columns, "rows": rows}
    process = await child_process.start(
        child_process.python_module("warehouse.data.draw"),
        environment=child_process.own_environment(),
    )
    try:
        async with asyncio.timeout(SECONDS):
            output, _ = await process.communicate(msgspec.json.encode(asked))
        picture = msgspec.json.decode(output, type=Picture)
    except TimeoutError:
        raise Refused("Drawing it takes too long.") from None
    except msgspec.DecodeError:
        raise Refused("Drawing it takes too much time or memory.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if picture.fault or len(picture.svg) > LARGEST:
        raise Refused(f"It cannot be drawn: {picture.fault or 'the picture is too large'}.")
    return picture.svg


def in_blocks(drawing: Drawing, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """The same for who sees no picture: a line for each row, with a bar of blocks."""
    x, y = columns.index(drawing.x), columns.index(drawing.y)
    pairs = [(" ".join(str(row[x]).split())[:20], _number(row[y])) for row in rows[:MOST_LINES]]
    most = max((abs(value) for _, value in pairs), default=0) or 1
    width = max((len(name) for name, _ in pairs), default=0)
    lines = [
        f"{name:{width}} {'█' * round(abs(value) / most * WIDEST)} {value:g}"
        for name, value in pairs
    ]
    more = len(rows) - len(pairs)
    return "\n".join([*lines, *([f"… {more} more"] if more > 0 else [])])


def numbers_in(rows: Sequence[Sequence[Cell]], at: int) -> list[list[Cell]]:
    """The rows with the numbers of one column as numbers. Raises ValueError where one is none."""
    return [[*row[:at], _number(row[at]), *row[at + 1 :]] for row in rows]


def _number(cell: Cell) -> float:
    return float(cell if cell is not None else 0)
