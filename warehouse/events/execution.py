"""The event of a product that was checked, started and tested."""

from typing import ClassVar

import msgspec

from warehouse.events.base import EventData, Number, Whole


class CheckRecord(msgspec.Struct, frozen=True):
    """One command run on the product. `ok` is None where the sandbox could not tell."""

    name: str = ""
    command: str = ""
    ok: bool | None = None
    exit_code: Whole = 0
    seconds: Number = 0.0
    output: str = ""
    """The end of what the command printed."""
    timed_out: bool = False
    out_of_memory: bool = False
    remark: str = ""
    """What the outcome means, in words."""


class ProductChecked(EventData, frozen=True):
    """One state of the product was checked; without checks nothing could be run."""

    KIND: ClassVar[str] = "execution"

    ok: bool = False
    verified: bool = False
    summary: str = ""
    checks: tuple[CheckRecord, ...] = ()
