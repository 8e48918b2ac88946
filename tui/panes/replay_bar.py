"""The run as a bar at the bottom: what happened when, and where in it the window stands."""

import math
from itertools import groupby
from operator import itemgetter

from textual import events
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from tui.panes.messages import SeekTo
from tui.run_state.playback import Playback
from tui.run_state.run_state import RunState
from tui.run_state.timeline import MARKS, Mark, Timeline
from tui.text.line import Piece, fitted
from warehouse.history.format.figures import duration

LOOKS: dict[Mark, Piece] = {
    "error": ("!", "$text-error bold"),
    "failed test": ("✗", "$text-error bold"),
    "passed test": ("✓", "$text-success bold"),
    "commit": ("◆", "$text-accent"),
    "phase": ("│", "$foreground 50%"),
}
PAST, TO_COME, HERE = ("━", "$primary"), ("─", "$foreground 30%"), ("●", "$text-primary bold")
RANK = {mark: rank for rank, mark in enumerate(MARKS)}
MOTION = 14
"""Cells for whether it moves and how fast."""
ROOM_FOR_WORDS = 100
"""Columns from which all words are said."""
SEEK_EVERY = 0.1
"""Seconds between two places that are gone to while the mouse drags."""
MOST_AT_ONCE = 25_000
"""Events that are put in their places at a look; more would hold up the opening of a long run."""
FINENESS = 200
"""By which part of its events a run grows before its marks are looked for anew."""


class ReplayBar(Widget):
    """Shows where `playback` stands. A click or a drag goes elsewhere; the keys are the screen's."""

    DEFAULT_CSS = "ReplayBar { height: 1; background: $panel; }"

    def __init__(self, playback: Playback) -> None:
        super().__init__()
        self._playback = playback
        self._timeline = Timeline()
        self._shown: tuple[object, ...] = ()
        self._marks: dict[int, Mark] = {}
        self._marks_of: tuple[int, int] = 0, 0
        """The width and the number of events that the marks were found for."""
        self._target: int | None = None
        """Where the mouse is while it drags."""
        self._sought: int | None = None
        self._soon: Timer | None = None

    def show(self, state: RunState) -> None:
        """Look again where the playback is; drawn only where something else is to be seen."""
        playback = self._playback
        self._timeline.extend(playback.events, MOST_AT_ONCE)
        motion = playback.playing, playback.speed, playback.live, playback.at_end
        shown = playback.position, len(self._timeline), *motion
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def render(self) -> Content:
        width = self.size.width
        bar = self._bar_width
        return Content.assemble(*self._bar(bar), *fitted(self._words(), width - bar))

    @property
    def _bar_width(self) -> int:
        return max(self.size.width - sum(len(words) for words, _ in self._words()), 0)

    @property
    def _position(self) -> int:
        return self._playback.position if self._target is None else self._target

    def _bar(self, width: int) -> list[Piece]:
        """The past and what is to come, with marks, and the place we are."""
        here = self._cell(self._position, width)
        cells = [PAST if cell < here else TO_COME for cell in range(width)]
        for cell, mark in self._marked(width).items():
            cells[cell] = LOOKS[mark]
        if width:
            cells[here] = HERE
        alike = groupby(cells, key=itemgetter(1))
        return [("".join(glyph for glyph, _ in group), style) for style, group in alike]

    def _marked(self, width: int) -> dict[int, Mark]:
        """The weightiest mark of every cell that has one."""
        if self._marks_are_old(width):
            self._marks_of, self._marks = (width, len(self._timeline)), {}
            for position, mark in self._timeline.marks if width else ():
                cell = self._cell(position, width)
                if cell not in self._marks or RANK[mark] < RANK[self._marks[cell]]:
                    self._marks[cell] = mark
        return self._marks

    def _marks_are_old(self, width: int) -> bool:
        """Whether a mark may have moved by a cell or so: in a long run, few more events move none."""
        drawn_width, drawn_events = self._marks_of
        known = len(self._timeline)
        return drawn_width != width or (known - drawn_events) * FINENESS > known

    def _cell(self, position: int, width: int) -> int:
        return round(self._timeline.place(position) * (width - 1)) if width else 0

    def _words(self) -> list[Piece]:
        """Whether it moves and how fast, the time, and the event: as wide wherever it stands."""
        timeline, position = self._timeline, self._position
        motion, style = _motion(self._playback)
        time = _of(duration(timeline.seconds(position)), duration(timeline.seconds(len(timeline))))
        words: list[Piece] = [(f"  {motion:<{MOTION}}", style), (time, "$foreground")]
        if self.size.width >= ROOM_FOR_WORDS:
            event = _of(f"{position:,}", f"{len(timeline):,}")
            words.append((f"   event {event}", "$foreground 60%"))
        return [*words, (" ", "")]

    # The mouse.

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button == 1 and event.x < self._bar_width and len(self._timeline):
            self.capture_mouse()
            self._want(event.x)
            self._go()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._target is None:
            return
        self._want(event.x)
        if self._soon is None:
            self._soon = self.set_timer(SEEK_EVERY, self._go)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._target is None:
            return
        self.release_mouse()
        self._want(event.x)
        self._go()
        self._target = self._sought = None

    def _want(self, x: int) -> None:
        self._target = self._timeline.position(x / max(self._bar_width - 1, 1))
        self.refresh()

    def _go(self) -> None:
        if self._soon is not None:
            self._soon.stop()
            self._soon = None
        if self._target is not None and self._target != self._sought:
            self._sought = self._target
            self.post_message(SeekTo(self._target))


def speed_words(speed: float) -> str:
    """`2×`, `0.5×`, or `at once`."""
    return "at once" if math.isinf(speed) else f"{speed:g}×"


def _of(part: str, whole: str) -> str:
    return f"{part:>{len(whole)}} of {whole}"


def _motion(playback: Playback) -> tuple[str, str]:
    speed = speed_words(playback.speed)
    if playback.playing:
        return f"▶ {speed}", "$text-accent bold"
    if playback.live:
        return "● live", "$text-success bold"
    if playback.at_end:
        return "■ end", "$foreground 60%"
    return f"‖ still {speed}", "$text-accent"
