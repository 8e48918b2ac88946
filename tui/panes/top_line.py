"""One line above everything: which run, how far, what it cost, and how it stands."""

from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from tui.panes.replay_bar import speed_words
from tui.run_state.playback import Playback
from tui.run_state.run_state import RunState
from tui.text.line import Piece, fitted
from warehouse.history.format.figures import cost, dollars, duration
from warehouse.terminal_text import safe_text

LEAST_NAME, LEAST_PHASE = 12, 28
"""Cells of the run's name and of its phase, before figures give way to them."""
LEAST_STATE = 16
"""Cells of what the run does; some states are told in more words, and come seldom."""
LONGEST_NAME = 200
"""Characters that are looked at."""
QUIET = "$foreground 60%"


class RunCondition(NamedTuple):
    """How it stands with the run, in a mark and a few words, and their style."""

    words: str
    style: str


WORKING = RunCondition("◐ working", "$text-primary bold")
PAUSED = RunCondition("‖ paused", "$text-warning bold")
WAITING_FOR_YOU = RunCondition("? waiting for you: a answers", "$text-warning bold reverse")
PAST = RunCondition("‖ in the past", "$text-accent")
INTERRUPTED = RunCondition("■ interrupted", "$text-warning")
ENDED = {
    "verified": RunCondition("✓ verified", "$text-success bold"),
    "unverified": RunCondition("– unverified", "$text-warning bold"),
    "stopped": RunCondition("■ stopped", "$text-warning bold"),
    "failed": RunCondition("✗ failed", "$text-error bold"),
}


def condition_of(state: RunState, playback: Playback) -> RunCondition:
    """What the window shows: a replay, the past, or the run as it stands now."""
    if playback.playing:
        return RunCondition(f"▶ replay {speed_words(playback.speed)}", "$text-accent bold")
    if not playback.following and not playback.at_end:
        return PAST
    now = state.now
    if now.summary.status != "unfinished":
        return ENDED.get(now.summary.status, ENDED["failed"])
    if not playback.working:
        return INTERRUPTED
    if now.questions:
        return WAITING_FOR_YOU
    return PAUSED if now.paused else WORKING


@dataclass(frozen=True)
class _Figure:
    """A figure at its fixed place, and the cells it always takes."""

    words: str
    width: int


@dataclass(frozen=True)
class _Words:
    """What the line says; equal where it looks the same."""

    name: str
    phase: str
    phase_in_short: str
    figures: tuple[_Figure, ...]
    """Those that matter least come first."""
    condition: RunCondition

    def pieces(self, width: int) -> list[Piece]:
        """All of it in so many cells."""
        state = max(cell_len(self.condition.words) + 3, LEAST_STATE)
        room = width - state
        figures = self._that_fit(room)
        left = max(room - sum(figure.width for figure in figures), 0)
        name = min(max(left // 3, LEAST_NAME), left)
        fits = cell_len(self.phase) + 2 <= left - name
        return [
            *fitted([(" ", ""), (self.name, "bold")], name),
            *fitted([("  ", ""), (self.phase if fits else self.phase_in_short, "")], left - name),
            *((figure.words.rjust(figure.width), QUIET) for figure in figures),
            ("  ", ""),
            *fitted([self.condition], state - 2),
        ]

    def _that_fit(self, room: int) -> list[_Figure]:
        """As many figures as leave room for words."""
        figures = list(self.figures)
        while figures and room - sum(f.width for f in figures) < LEAST_NAME + LEAST_PHASE:
            figures.pop(0)
        return figures


class TopLine(Widget):
    """The run at a glance. Parts have fixed places, and go one by one where there is no room."""

    DEFAULT_CSS = "TopLine { height: 1; background: $panel; }"

    def __init__(self) -> None:
        super().__init__()
        self._words: _Words | None = None

    def show(self, state: RunState, playback: Playback) -> None:
        """Look at the run again; drawn only where something else is to be seen."""
        condition = condition_of(state, playback)
        words = _Words(_name(state), *_phase(state), _figures(state), condition)
        if words != self._words:
            self._words = words
            self.refresh()

    def render(self) -> Content:
        pieces = self._words.pieces(self.size.width) if self._words else []
        return Content.assemble(*pieces)


def _name(state: RunState) -> str:
    began = state.began
    name = began.name or began.task or began.run if began else ""
    return safe_text(name[:LONGEST_NAME], keep_newlines=False)


def _phase(state: RunState) -> tuple[str, str]:
    """Which phase it is and in which round, and the same in fewer words."""
    now = state.now
    title = safe_text(now.phase[:LONGEST_NAME], keep_newlines=False)
    if not title:
        return "", ""
    number, most, round_, rounds = now.number, now.top_steps, now.round, now.most_rounds
    long = f"{number} of {most} {title}" if number and most else title
    short = f"{number}/{most} {title}" if number and most else title
    if not round_:
        return long, short
    return f"{long}, round {round_} of {rounds}", f"{short}, round {round_}/{rounds}"


def _figures(state: RunState) -> tuple[_Figure, ...]:
    """Tokens, money and time; what is limited stands with its limit."""
    summary, limits = state.now.summary, state.now.limits
    tokens, money = f"{summary.usage.tokens:,}", cost(summary.usage)
    seconds = duration(state.now.seconds)
    if "tokens" in limits:
        tokens += f" of {limits['tokens']:,.0f}"
    if "usd" in limits:
        money += f" of {dollars(limits['usd'])}"
    if "seconds" in limits:
        seconds += f" of {duration(limits['seconds'])}"
    figures = [_figure(f"{tokens} tokens", 16), _figure(money, 10), _figure(seconds, 8)]
    if "tokens" in limits and "usd" not in limits:
        figures = [figures[1], figures[0], figures[2]]
    return tuple(figures)


def _figure(words: str, width: int) -> _Figure:
    """A figure in a place that only grows by steps, so that nothing jumps as it counts."""
    needed = len(words) + 2
    return _Figure(words, width if needed <= width else -(-needed // 4) * 4)
