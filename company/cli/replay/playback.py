"""Playing a recorded run to a view: the recorded pauses, as much faster as was asked for."""

from collections.abc import Sequence

from company.cli.replay.audience import Audience
from company.cli.views.view import View
from warehouse.history.pace import Pace
from warehouse.journal.journal import Event


def play(events: Sequence[Event], view: View, pace: Pace, audience: Audience) -> bool:
    """Show the events in their own rhythm. Returns whether anybody watched to the end."""
    before: Event | None = None
    shown_at = 0.0
    for event in events:
        pause = pace.pause(before, event) if before else 0.0
        if not audience.wait(shown_at + pause - audience.seconds()):
            return False
        shown_at = audience.seconds()
        view.on_event(event)
        before = event
    return True
