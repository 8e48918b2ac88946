"""The tool `query`: one query to a database, which is only read."""

from typing import ClassVar

from pydantic import Field

from company.tools.tool import Arguments, Databases, DatabaseTool
from warehouse.data.row_text import row_text

MOST_ROWS = 50
MOST_CHARACTERS = 6_000


class Query(Arguments):
    sql: str = Field(min_length=1, max_length=20_000, description="One SELECT.")
    database: str | None = None


class Ask(DatabaseTool):
    """Runs one query and shows its rows."""

    about = "runs one SELECT and shows its first rows; `database` is needed where there are several"
    example: ClassVar = {"sql": "SELECT name FROM planets WHERE moons > 2"}
    arguments = Query
    plain = "sql"

    async def call(self, arguments: Query, databases: Databases) -> str:
        """The rows, and how many there are."""
        rows = await databases.query(arguments.database, arguments.sql)
        return row_text(rows, most_rows=MOST_ROWS, most_characters=MOST_CHARACTERS)


TOOL = Ask()
