"""The tool `tables`: what tables a database has."""

from typing import ClassVar

from company.tools.tool import Arguments, Databases, DatabaseTool
from warehouse.data.schema_text import table_names


class Database(Arguments):
    database: str | None = None


class Tables(DatabaseTool):
    """Names the tables and views."""

    about = "names the tables of a database; `database` is needed where there are several"
    example: ClassVar[dict[str, str]] = {}
    arguments = Database

    async def call(self, arguments: Database, databases: Databases) -> str:
        """A line for each table."""
        tables = await databases.tables(arguments.database)
        return table_names(tables) or "It has no tables."


TOOL = Tables()
