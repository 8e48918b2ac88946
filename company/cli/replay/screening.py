"""A replay without the window: lines or JSON in the run's rhythm, and what may be wanted next."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from company.cli.opened import OpenedRun
from company.cli.output import say
from company.cli.replay.audience import Audience
from company.cli.replay.closing import closing
from company.cli.replay.playback import play
from company.cli.views.json_lines import JsonLines
from company.cli.views.plain import Plain
from company.errors import Interrupted
from warehouse.history.pace import Pace


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
