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
        for name, title in office.colleagues.items():
            if arguments.colleague in (name, title):
                return await office.ask(name, safe_text(arguments.question).strip())
        raise BadCall(f"{arguments.colleague[:60]!r} is none of your colleagues: {named(office)}.")


def named(office: Office) -> str:
    """The colleagues, by name and title."""
    return ", ".join(f"{name} ({title})" for name, title in office.colleagues.items()) or "nobody"


TOOL = Ask()
