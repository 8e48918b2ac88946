"""The databases of a task, which lie beside its file, and the answer that is expected of them."""

from pathlib import Path, PurePosixPath
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from company.cards.problems import shown
from company.errors import ConfigurationError
from warehouse.data.address import Address, BadAddress
from warehouse.data.statement import LONGEST

MOST_ROWS = 1_000
"""As many as a query brings."""
MOST_COLUMNS = 100


def _a_path(text: str) -> str:
    if not text.strip() or "\x00" in text or "://" in text or ".." in PurePosixPath(text).parts:
        raise ValueError(f"{text[:60]!r} is no path of a file or folder beside the task's file")
    return text


Place = Annotated[str, AfterValidator(_a_path)]
Cell = str | int | float | bool | None
Row = Annotated[list[Cell], Field(min_length=1, max_length=MOST_COLUMNS)]


class Expected(BaseModel):
    """The rows that answer a question, or a query that brings them."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    rows: list[Row] | None = Field(
        default=None,
        max_length=MOST_ROWS,
        description="Each a list of its values; none where the question has none for an answer. Numbers may be"
        " rounded, and the order of columns does not count.",
    )
    query: str | None = Field(
        default=None,
        min_length=1,
        max_length=LONGEST,
        description="In their place, a query of the task's one database that brings them.",
    )
    in_order: bool = Field(
        default=False, description="Whether the rows must come in this order as well."
    )

    @model_validator(mode="after")
    def _there_are_rows_of_the_same_columns(self) -> Self:
        if (self.rows is None) == (self.query is None):
            raise ValueError("an answer has either `rows` or a `query` that brings them")
        if len({len(row) for row in self.rows or ()}) > 1:
            raise ValueError("the `rows` of an answer have different numbers of columns")
        return self


def database_beside(folder: Path, place: str) -> str:
    """The path of a database that can be opened from here. No link leads out of the folder to it.

    Raises ConfigurationError where there is none, or one of no known kind.
    """
    path = folder.absolute() / place
    if not path.exists():
        raise ConfigurationError(f"there is no database {shown(place)} beside the task's file")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ConfigurationError(f"the database {shown(place)} does not lie beside the task's file")
    try:
        Address.parse(str(path))
    except BadAddress as fault:
        raise ConfigurationError(f"the database {shown(place)}: {fault}") from None
    return str(path)
