"""A chart of rows, drawn by a process of its own: what draws is large, and rows are anybody's."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from warehouse import child_process
from warehouse.data.report import line, shown, told_left_out
from warehouse.data.rows import Refused
from warehouse.events.rows import Cell

SECONDS = 60.0
LARGEST = 500_000
"""Bytes of a picture that a journal holds."""
LARGEST_PNG = 8_000_000
"""Bytes of a picture that a terminal is sent."""
LONGEST_SIDE = 4_000
"""Of a picture: memory is taken for each of its pixels before anything is drawn."""
WIDEST = 40
"""Blocks of the longest bar in plain text."""
MOST_LINES = 30
_FURTHER = re.compile(
    r"<(?!/?(?:svg|g|path|line|rect|text|circle|clipPath|defs|title)(?=[\s/>]))|\bhref\b|url\((?!#)|&#|@",
    re.IGNORECASE,
)
"""What may lead out of a picture, and is in none of ours."""
_ROOT = re.compile(
    r'<svg(?: (?:xmlns|xmlns:xlink|version|class|width|height|viewBox)="[^"<>&]{0,200}")+>'
)
_ATTRIBUTE = re.compile(r' (\S+)="([^"]*)"')
_SIDE = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,20})?")


Point = tuple[Cell, float]


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
    png: bytes = b""
    fault: str = ""


async def svg_of(drawing: Drawing, points: Sequence[Point]) -> str:
    """The chart as SVG. Raises Refused where it cannot be drawn."""
    picture = await _asked({"drawing": drawing, "points": points})
    if picture.fault or len(picture.svg) > LARGEST:
        raise Refused(f"It cannot be drawn: {picture.fault or 'the picture is too large'}.")
    return picture.svg


async def png_of(svg: str) -> bytes:
    """The same in pixels, from the SVG that a journal has, which may be anybody's: what it is made of is all that
    our charts are made of, so that it leads to nothing outside, and it is no larger. Raises Refused."""
    if len(svg) > LARGEST or _FURTHER.search(svg) or not _is_bounded(svg):
        raise Refused("It is no chart as they are drawn here.")
    picture = await _asked({"svg": svg})
    if picture.fault:
        raise Refused(f"It cannot be drawn: {picture.fault}.")
    if len(picture.png) > LARGEST_PNG:
        raise Refused("It cannot be drawn: the picture is too large.")
    return picture.png


def _is_bounded(svg: str) -> bool:
    """Whether a picture says how large it is, once and in plain numbers, and that this is not too large."""
    root = _ROOT.match(svg)
    if root is None or svg.count("<svg") > 1:
        return False
    said = dict(_ATTRIBUTE.findall(root[0]))
    sides = [said.get("width", ""), said.get("height", ""), *said.get("viewBox", "").split(" ")]
    return all(_SIDE.fullmatch(each) and float(each) <= LONGEST_SIDE for each in sides)


async def _asked(asked: Mapping[str, object]) -> Picture:
    process = await child_process.start(
        child_process.python_module("warehouse.data.draw"),
        environment=child_process.own_environment(),
    )
    try:
        async with asyncio.timeout(SECONDS):
            output, _ = await process.communicate(msgspec.json.encode(asked))
        return msgspec.json.decode(output, type=Picture)
    except TimeoutError:
        raise Refused("Drawing it takes too long.") from None
    except msgspec.DecodeError:
        raise Refused("What draws it ended without a picture.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def in_blocks(points: Sequence[Point], without_value: int) -> str:
    """The same for who sees no picture: a line for each point, with a bar of blocks."""
    pairs = [(line(str(x))[:20], y) for x, y in points[:MOST_LINES]]
    most = max(abs(value) for _, value in pairs) or 1
    width = max(len(name) for name, _ in pairs)
    lines = [
        f"{name:{width}} {'█' * round(abs(value) / most * WIDEST)} {shown(value)}"
        for name, value in pairs
    ]
    more = len(points) - len(pairs)
    lines += [f"… {more} more"] if more else []
    return "\n".join([*lines, *([told_left_out(without_value)] if without_value else [])])
