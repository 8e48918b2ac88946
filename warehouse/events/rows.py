"""Rows of a database, as a query brought them: data, whatever they say."""

import msgspec

Cell = None | bool | int | float | str


class Rows(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a query came to, or its beginning."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    cut: str = ""
    """What was left out, in words; empty where nothing was."""
