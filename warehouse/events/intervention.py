"""The event of an intervention."""

from typing import ClassVar

from warehouse.events.base import Count, EventData


class Intervened(EventData, frozen=True, omit_defaults=True):
    """Something was done to a talk from outside, as the company's card says."""

    KIND: ClassVar[str] = "intervention"

    intervention: str = ""
    """What was done, in the word of its key: `mute`, `say`."""
    role: str = ""
    """Whom it was done to; empty where it was done to a phase."""
    section: str = ""
    """What the phase does not see, or sees besides."""
    most: Count = 0
    """Of `words`: after how many a reply is cut."""
