"""From a matplotlib figure to a picture in the page: SVG that takes the page's font and colours.

Figures are drawn in colours that stand for the page's own, and these are put in afterwards. So one
picture is right on white, on black and on paper. Nothing of the time or the machine is in it.
"""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from io import StringIO
from typing import Any, Final

from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from warehouse.terminal_text import safe_text

INK: Final = "#010203"
SOFT: Final = "#010204"
LINE: Final = "#010205"
PAPER: Final = "#010206"
_PAGE_COLOURS = {
    INK: "currentColor",
    SOFT: "var(--soft)",
    LINE: "var(--line)",
    PAPER: "var(--paper)",
}

COLOURS = 8
"""The baseline's, and those of the other conditions, which begin anew after the last."""
DASHES: tuple[tuple[float, ...], ...] = ((1.5, 1.5), (), (5, 2), (6, 2, 1.5, 2))
"""Strokes and gaps of a condition's line, by its place: the baseline is dotted, the first solid."""

WIDTH = 440
"""Of every picture, in CSS pixels: it fits a phone's screen without being made much smaller."""
_FONT_SIZE = 12

_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.family": ["DejaVu Sans"],
    "font.size": _FONT_SIZE,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.labelcolor": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.linewidth": 1,
    "xtick.color": LINE,
    "xtick.labelcolor": SOFT,
    "ytick.color": LINE,
    "ytick.labelcolor": INK,
    "ytick.major.size": 0,
    "xtick.major.size": 4,
    "grid.color": LINE,
    "grid.linewidth": 1,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "lines.linewidth": 2,
}
_IDS = re.compile(r' id="[A-Za-z][\w.]*_\d+"')
"""Names that matplotlib gives to parts by number, which would come twice in a page."""


def colour(place: int) -> str:
    """What stands for one of the page's colours."""
    return f"#0a0b{place:02x}"


@contextmanager
def picture(height: float) -> Iterator[tuple[Figure, Axes]]:
    """A figure of a height in CSS pixels, and its axes."""
    with rc_context(_SETTINGS):
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72, layout="constrained")
        yield figure, figure.add_subplot()


def inline(figure: Figure, name: str, words: str) -> Markup:
    """The figure as an element of the page.

    `name` is of its own in the page; `words` are for those who cannot see it. To be called within
    `picture`.
    """
    written = StringIO()
    with rc_context({"svg.hashsalt": name}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure.savefig(
            written,
            format="svg",
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    svg = written.getvalue()
    body = svg[svg.index(">", svg.index("<svg")) + 1 :]
    body = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", body, count=1, flags=re.DOTALL)
    body = _IDS.sub("", body)
    for stands, means in _PAGE_COLOURS.items():
        body = body.replace(stands, means)
    for place in range(COLOURS):
        body = body.replace(colour(place), f"var(--c{place})")
    height = round(figure.get_figheight() * 72)
    opening = (
        f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img"'
        f' aria-label="{escape(safe_text(words, keep_newlines=False))}">'
    )
    return Markup(opening + body.strip())  # noqa: S704 — all text in it was escaped by matplotlib


def label(text: str, most: int = 24) -> str:
    """A text that may come from anywhere, for an axis."""
    text = safe_text(text, keep_newlines=False)
    return text if len(text) <= most else text[: most - 1] + "…"
