"""Events of what a role leaves for itself and for others while it works: its plan, the notebook."""

from typing import ClassVar

import msgspec

from warehouse.events.base import EventData


class PlanItem(msgspec.Struct, frozen=True):
    """One thing that a role means to do."""

    text: str = ""
    done: bool = False


class PlanMade(EventData, frozen=True):
    """A role has made its plan, or ticked an item of it: the whole plan as it is now.

    It holds for the talk that it was made in; `where` is the place of the call.
    """

    KIND: ClassVar[str] = "plan"

    role: str = ""
    items: tuple[PlanItem, ...] = ()


class LineNoted(EventData, frozen=True):
    """A role has added a line to the notebook of the run."""

    KIND: ClassVar[str] = "notebook"

    role: str = ""
    text: str = ""
