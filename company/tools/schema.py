"""The tool `schema`: the tables that a question is about, with their columns and what is in them."""

from typing import ClassVar

from pydantic import Field

from company.tools.tool import Arguments, Databases, DatabaseTool

CHARACTERS = 7_000


class About(Arguments):
    question: str = Field(
        min_length=1, max_length=2_000, description="In words, or names of tables."
    )
    database: str | None = None


class Schema(DatabaseTool):
    """Shows names, types, keys, comments and samples of values of the tables that matter most."""

    about = "shows the tables that a question is about: columns, keys, and samples of their values"
    example: ClassVar = {"question": "planets with moons"}
    arguments = About

    async def call(self, arguments: About, databases: Databases) -> str:
        """The tables as far as there is room, and the names of the others."""
        return await databases.schema(arguments.database, arguments.question, CHARACTERS)


TOOL = Schema()
