"""One sitting at a replay: a view is chosen and fed, and what a person may want next is told."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from company.cli.opened import OpenedRun
from company.cli.output import say
from company.cli.replaying.audience import Audience
from company.cli.replaying.closing import closing
from company.cli.replaying.playback import play
from company.cli.views.view import choose_view
from company.errors import Interrupted
from warehouse.telling.pace import Pace


def show_again(
    opened: OpenedRun,
    pace: Pace,
    audience: Audience,
    *,
    step: str | None = None,
    plain: bool = False,
    as_json: bool = False,
) -> int:
    """Show a recorded run, from a step on if one is named. Returns the exit code.

    Raises ConfigurationError where there is no such step.
    """
    begin = 0 if step is None else _beginning_of(step, opened)
    view = choose_view(
        plain=plain, as_json=as_json, clock=lambda: pace.recorded(audience.seconds())
    )
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


def _beginning_of(step: str, opened: OpenedRun) -> int:
    from company.fork_point import find_step

    return opened.events.index(find_step(opened.events, step))


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
