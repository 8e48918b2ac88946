"""The symbols of one file: what it defines, and which names it uses."""

import msgspec


class Definition(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A name that a file defines, from the line where it stands (counted from 1) to the last."""

    name: str
    line: int
    last: int


class Symbols(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What was read out of one file."""

    definitions: tuple[Definition, ...] = ()
    """In the order of their lines, those around others first."""
    names: dict[str, int] = {}
    """Every name in it, and how often."""


NOTHING = Symbols()
