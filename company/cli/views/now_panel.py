"""The still lines at the bottom of the live view. Their number never changes, so nothing jumps."""

import time

from rich.cells import chop_cells
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from warehouse.history.format.figures import counted, duration, excerpt, money
from warehouse.history.now import Now
from warehouse.terminal_text import safe_text

WORD_LINES = 3
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class NowPanel:
    """Draws a run's present: the phase, the talk, the end of its words, the figures."""

    def __init__(self, now: Now) -> None:
        self._now = now

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width - 1, 20)
        yield fit(Text("─" * width, style="dim"), width)
        yield fit(self._phase(), width)
        yield fit(self._talk(), width)
        for line in tail(self._now.words, width - 4, WORD_LINES):
            yield fit(Text(f"  │ {line}", style="dim"), width)
        yield fit(self._figures(), width)

    def _phase(self) -> Text:
        now = self._now
        turn = SPINNER[int(time.monotonic() * 2) % len(SPINNER)]
        line = Text("‖ paused  " if now.paused else f"{turn} ", style="cyan")
        line.append(plain(now.phase or "Setting up"), style="bold")
        parts = []
        if now.number and now.top_steps:
            parts.append(f"step {now.number} of {now.top_steps}")
        if now.round:
            parts.append(f"round {now.round} of {now.most_rounds}")
        if now.plan and now.plan.items:
            parts.append(f"plan {now.plan.done} of {len(now.plan.items)}")
        if parts:
            line.append(f"  {', '.join(parts)}", style="dim")
        return line

    def _talk(self) -> Text:
        now = self._now
        talk = now.talk
        if talk is None and (call := now.call) is not None:
            who = now.titles.get(call.speaker, call.speaker)
            return Text(f"  {plain(who)} uses {plain(excerpt(call.call))}", style="cyan")
        if talk is None:
            return Text(f"  {plain(now.last_check)}", style="dim")
        speaker = now.titles.get(talk.speaker, talk.speaker)
        listener = now.titles.get(talk.listener, talk.listener)
        line = Text(f"  {plain(speaker)} → {plain(listener)}")
        line.append(f"  {plain(talk.model) or 'a person'}", style="dim")
        if now.talks > 1:
            line.append(f"  and {now.talks - 1} more", style="dim")
        return line

    def _figures(self) -> Text:
        summary = self._now.summary
        parts = [
            duration(self._now.seconds),
            counted(summary.usage.calls, "call"),
            counted(summary.usage.tokens, "token"),
        ]
        parts += money(summary.usage)
        if summary.files:
            parts.append(counted(len(summary.files), "file"))
        if self._now.last_change:
            parts.append(plain(self._now.last_change))
        return Text(f"  {' · '.join(parts)}", style="dim")


def tail(words: str, width: int, lines: int) -> list[str]:
    """The last lines of a text, folded to a width in cells, padded from below to exactly `lines`."""
    folded: list[str] = []
    for line in safe_text(words).expandtabs(4).split("\n"):
        folded += chop_cells(line, max(width, 1)) or [""]
    shown = folded[-lines:]
    return shown + [""] * (lines - len(shown))


def plain(text: str) -> str:
    return safe_text(text, keep_newlines=False)


def fit(line: Text, width: int) -> Text:
    """One line of the terminal and no more, whatever is in it."""
    line.no_wrap, line.overflow = True, "ellipsis"
    line.truncate(width, overflow="ellipsis")
    return line
