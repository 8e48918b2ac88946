"""What a witness saw of a product, and the pictures it took."""

from typing import Annotated

import msgspec

from warehouse.events.base import Count, Number, Whole

PictureName = Annotated[str, msgspec.Meta(pattern=r"^seen-[0-9a-f]{24}\.png$", max_length=33)]


class Picture(msgspec.Struct, frozen=True):
    """A PNG file among the attachments of the run, named by its content."""

    file: PictureName
    title: str = ""
    """What is to be seen on it, in words."""
    size: Count = 0
    """Bytes."""


class Sighting(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a product was started before a witness, and what was seen of it."""

    command: tuple[str, ...]
    """What was started; empty where nothing had to be, as for a page."""
    holds: bool | None
    """Whether it starts; None where that was not to be seen."""
    how: str
    """How it was witnessed, what speaks against it, or why nothing was to be seen: a clause."""
    unseen: tuple[str, ...] = ()
    """What else was not to be seen, and why."""
    output: str = ""
    """The end of what the product printed."""
    exit_code: Whole = 0
    seconds: Number = 0.0
    pictures: tuple[Picture, ...] = ()
