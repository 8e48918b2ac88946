"""The tool `chart`: the rows of a query as a picture."""

from typing import ClassVar, Literal

from pydantic import Field

from company.tools.tool import Arguments, Databases, DatabaseTool
from warehouse.data.drawing import Drawing


class Chart(Arguments):
    query: int = Field(ge=1, description="The number of the query.")
    kind: Literal["bar", "line", "point"]
    x: str = Field(min_length=1, max_length=200, description="A column.")
    y: str = Field(min_length=1, max_length=200, description="A column of numbers.")
    title: str = Field(min_length=1, max_length=120)


class Draw(DatabaseTool):
    """Draws the rows that a query brought."""

    about = "draws the rows of a query that was asked, as a bar, line or point chart of the report"
    example: ClassVar = {
        "query": 1,
        "kind": "bar",
        "x": "city",
        "y": "people",
        "title": "People by city",
    }
    arguments = Chart

    async def call(self, arguments: Chart, databases: Databases) -> str:
        """Where the picture is, and the same in blocks."""
        return await databases.draw(Drawing(**arguments.model_dump()))


TOOL = Draw()
