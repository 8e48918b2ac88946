"""A table of what was recorded: its columns with their meanings, and how a journal is read for it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from warehouse.journal.journal import Event

Values = dict[str, Any]
"""A row, by the names of columns; what is not there is null."""


@dataclass(frozen=True)
class Column:
    """One column."""

    name: str
    type: pl.DataType
    meaning: str
    unit: str = ""
    """Empty for what has none."""


@dataclass(frozen=True)
class Table:
    """One table."""

    name: str
    about: str
    """What a row is."""
    columns: tuple[Column, ...]
    """Its own, which follow those that every table has."""
    read: Callable[[Sequence[Event]], Iterator[tuple[Event, Values]]]
    """The rows of one journal, each after the event that tells it."""


TEXT, NUMBER, YES_NO = pl.String(), pl.Int64(), pl.Boolean()
AMOUNT, TEXTS = pl.Float64(), pl.List(pl.String())
MOMENT = pl.Datetime("ms", "UTC")
