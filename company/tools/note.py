"""The tool `note`: the notebook of the run, which every role with this tool adds to and reads."""

from typing import ClassVar

from pydantic import Field

from company.tools.tool import Arguments, Office, OfficeTool
from warehouse.terminal_text import safe_text

SHOWN = 6_000
"""Characters of the notebook that are shown: its newest lines."""


class Line(Arguments):
    text: str = Field(default="", max_length=500, description="Left out to read the notebook.")


class Note(OfficeTool):
    """Keeps a line for all phases to come, or shows the lines there are."""

    about = "adds a line to the company's notebook, which later phases are shown; without `text`, reads it"
    example: ClassVar = {"text": "Amounts are kept in cents."}
    arguments = Line

    async def call(self, arguments: Line, office: Office) -> str:
        """That it is written, or what is written."""
        line = " ".join(safe_text(arguments.text).split())
        if not line:
            return office.notebook(SHOWN) or "The notebook is empty."
        return f"It is written down, as line {office.write(line)}."


TOOL = Note()
