"""The tool `delegate`: part of the work, done by a colleague in a talk of its own."""

from typing import ClassVar

from pydantic import Field

from company.tools.tool import Arguments, BadCall, Office, OfficeTool
from warehouse.terminal_text import safe_text


class Work(Arguments):
    colleague: str = Field(description="A role of the company, by its name.")
    work: str = Field(max_length=8_000, description="All that it must know beside the task.")


class Delegate(OfficeTool):
    """Has a colleague change the program; it begins with the files as they are now."""

    about = "has a colleague do part of the work in the program, as you describe it"
    example: ClassVar = {"colleague": "programmer", "work": "Write test_main.py."}
    arguments = Work

    async def call(self, arguments: Work, office: Office) -> str:
        """Which files are different now."""
        if not any(map(str.isalnum, arguments.work)):
            raise BadCall("Nothing was handed on: the work is not described.")
        return await office.delegate(arguments.colleague, safe_text(arguments.work).strip())


TOOL = Delegate()
