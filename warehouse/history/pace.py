"""How fast recorded time passes when a run is watched again."""

import math
from dataclasses import dataclass
from datetime import datetime

from warehouse.journal.journal import Event


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
