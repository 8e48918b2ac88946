"""A figure that grows in steps, drawn over time in braille dots."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.strip import Strip
from textual.widget import Widget

from tui.text.line import Line, Piece, strip_of

BLANK = 0x2800
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bits of a braille character, row by row: four rows of two dots."""

Curve = Sequence[tuple[float, float]]
"""Moments and what was reached then, both growing."""


@dataclass(frozen=True)
class Series:
    """A curve with its name and style; both are ours."""

    name: str
    style: str
    curve: Curve


def plot(curve: Curve, width: int, height: int, end: float, top: float) -> list[str]:
    """`curve` in `height` rows of `width` cells, from 0 to `end` and from 0 to `top`."""
    cells = [[0] * width for _ in range(height)]
    columns, rows = 2 * width, 4 * height
    at = 0
    level_before = 0
    for column in range(columns):
        moment = end * (column + 1) / columns
        while at + 1 < len(curve) and curve[at + 1][0] <= moment:
            at += 1
        reached = curve[at][1] if curve else 0.0
        level = min(round(reached / top * (rows - 1)), rows - 1) if top else 0
        for dot in range(min(level_before, level), max(level_before, level) + 1):
            row, part = divmod(rows - 1 - dot, 4)
            cells[row][column // 2] |= DOTS[part][column % 2]
        level_before = level
    return ["".join(chr(BLANK + bits) for bits in row) for row in cells]


class Chart(Widget):
    """Draws series over one time axis; the last is drawn on top."""

    DEFAULT_CSS = "Chart { height: 1fr; min-height: 4; }"

    def __init__(
        self,
        title: str,
        figure: Callable[[float], str],
        time: Callable[[float], str],
        *,
        id: str | None = None,  # noqa: A002  Textual's word
    ) -> None:
        """`figure` and `time` tell what stands at the axes."""
        super().__init__(id=id)
        self._title = title
        self._figure, self._time = figure, time
        self._series: Sequence[Series] = ()
        self._end = 0.0
        self._rows: list[Line] = []
        self._drawn_for = (0, 0)

    def draw(self, series: Sequence[Series], end: float) -> None:
        """Draw these, up to the moment `end`."""
        self._series, self._end = series, end
        self._drawn_for = (0, 0)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        size = self.content_size
        if self._drawn_for != size:
            self._drawn_for = size
            self._rows = self._lines(size.width, size.height)
        line = self._rows[y] if y < len(self._rows) else Line(())
        parse = self.app.stylesheet.parse_style
        return strip_of(line, self.visual_style, parse, width=size.width, left=0, row=y)

    def _lines(self, width: int, height: int) -> list[Line]:
        top = max((each.curve[-1][1] for each in self._series if each.curve), default=0.0)
        labels = self._figure(top), self._figure(0)
        margin = max(map(len, labels)) + 1
        rows = max(height - 2, 1)
        plots = [
            plot(each.curve, max(width - margin - 2, 2), rows, self._end, top)
            for each in self._series
        ]
        body = [
            Line(
                _merged(
                    [
                        (drawn[row], each.style)
                        for drawn, each in zip(plots, self._series, strict=True)
                    ]
                ),
                lead=(
                    (
                        f"{'' if row else labels[0]:>{margin}}{'│' if row else '┤'}",
                        "$foreground 40%",
                    ),
                ),
            )
            for row in range(rows)
        ]
        last = self._time(self._end)
        room = max(width - margin - 3 - len(last), 1)
        axis = Line(((f"{labels[1]:>{margin}}└{self._time(0):<{room}}{last}", "$foreground 40%"),))
        return [self._legend(), *body, axis]

    def _legend(self) -> Line:
        names = [
            (f"  ● {each.name} {self._figure(each.curve[-1][1] if each.curve else 0)}", each.style)
            for each in self._series
        ]
        return Line(((f" {self._title}", "bold"), *names))


def _merged(drawn: Sequence[Piece]) -> tuple[Piece, ...]:
    """Rows of dots laid over each other: a cell has the style of the last that has a dot there."""
    cells: list[Piece] = []
    for column in zip(*(row for row, _ in drawn), strict=True):
        bits, style = 0, ""
        for character, (_, own) in zip(column, drawn, strict=True):
            if ord(character) != BLANK:
                bits, style = bits | (ord(character) - BLANK), own
        cells.append((chr(BLANK + bits), style))
    return tuple(cells)
