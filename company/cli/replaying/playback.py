"""Playing a recorded run to a view: the recorded pauses, as much faster as was asked for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from company.cli.replaying.audience import Audience
from company.cli.views.view import View
from warehouse.journal import Event


@dataclass(frozen=True)
class Pace:
    """How fast recorded time passes."""

    speed: float = 1.0
    """Recorded seconds in a real one; infinite for no pauses at all."""
    longest_pause: float = 3.0
    """Real seconds after which a pause ends, however long the recorded one was."""

    def pause(self, before: Event, after: Event) -> float:
        """Real seconds between two events; none where their times cannot be read."""
        try:
            past, present = datetime.fromisoformat(before.at), datetime.fromisoformat(after.at)
            recorded = (present - past).total_seconds()
        except (TypeError, ValueError):
            return 0.0
        return min(max(recorded, 0.0) / self.speed, self.longest_pause)

    def recorded(self, seconds: float) -> float:
        """The recorded seconds that pass in so many real ones."""
        return 0.0 if math.isinf(self.speed) else seconds * self.speed


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
