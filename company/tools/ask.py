"""The tool `ask`: one question to a colleague, and the answer."""

from typing import ClassVar

from pydantic import Field

from company.tools.tool import Arguments, BadCall, Office, OfficeTool
from warehouse.terminal_text import safe_text


class Question(Arguments):
    colleague: str = Field(description="A role of the company, by its name.")
    question: str = Field(max_length=4_000)


class Ask(OfficeTool):
    """Asks a role of the company, which sees the task and the program as it is now."""

    about = "asks a colleague one question; it sees the task and the program"
    example: ClassVar = {"colleague": "cto", "question": "Is an empty line counted too?"}
    arguments = Question

    async def call(self, arguments: Question, office: Office) -> str:
        """What the colleague answers."""
        if not any(map(str.isalnum, arguments.question)):
            raise BadCall("Nobody was asked: the question is empty.")
        return await office.ask(arguments.colleague, safe_text(arguments.question).strip())


TOOL = Ask()
