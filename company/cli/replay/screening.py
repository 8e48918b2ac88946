"""A replay without the window: lines or JSON, how the run ended, and how to look closer."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from company.cli.opened import OpenedRun, called
from company.cli.output import say
from company.cli.replay.audience import Audience, play
from company.cli.views.json_lines import JsonLines
from company.cli.views.plain import Plain
from company.errors import Interrupted
from warehouse.history.clock import Pace
from warehouse.history.entries import Began, Ended, Forked, Resumed
from warehouse.journal.journal import FILE_NAME, is_locked
from warehouse.runs.folders import is_demo


def show_again(
    opened: OpenedRun,
    pace: Pace,
    audience: Audience,
    *,
    begin: int = 0,
    as_json: bool = False,
) -> int:
    """Show a recorded run from event number `begin` on. Returns the exit code."""
    view = JsonLines() if as_json else Plain(opened.head)
    view.recall(opened.events[:begin])
    try:
        with _stopped_by_any_polite_signal(), view:
            to_the_end = play(opened.events[begin:], view, pace, audience)
    except KeyboardInterrupt:
        return Interrupted.exit_code
    if to_the_end and view.speaks:
        for line in closing(opened):
            say(line)
    return 0


@contextmanager
def _stopped_by_any_polite_signal() -> Iterator[None]:
    """Let a polite kill or a closed terminal end the replay as Ctrl-C does."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    replaced = {
        number: signal.signal(number, stop)
        for number in (signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) is signal.SIG_DFL
    }
    try:
        yield
    finally:
        for number, handler in replaced.items():
            signal.signal(number, handler)


def closing(opened: OpenedRun) -> Iterator[str]:
    """The last lines of a replay."""
    name = called(opened.folder)
    yield ""
    yield _line("Ended", _end(opened, name))
    yield _line("Next", f"softhouse show {name} --full   has every word of it")
    if is_demo(opened.folder):
        yield _line("", 'softhouse run "A tip calculator"   begins a run of your own')
    else:
        yield _line("", f"softhouse why {name} FILE:LINE   tells where a line comes from")
        yield _line("", f"softhouse fork {name} --at STEP --set KEY=VALUE   goes another way")


def _line(head: str, words: str) -> str:
    return f"{head:<9} {words}"


def _end(opened: OpenedRun, name: str) -> str:
    turns = (entry for entry in reversed(opened.entries) if isinstance(entry, _TURNS))
    last = next(turns, None)
    if isinstance(last, Ended):
        return f"{last.status}, exit code {last.exit_code}: {last.reason}"
    if is_locked(opened.folder / FILE_NAME):
        return "not yet: the run goes on, and this is what was there when the replay began"
    return f"cut off here; softhouse resume {name} goes on"


_TURNS = (Began, Resumed, Forked, Ended)
"""What a run's state can be told by; the last one counts."""
