"""The tool `look`: what a person who uses the program sees of it now."""

from typing import ClassVar

from company.tools.tool import Arguments, Tool, Workspace


class Nothing(Arguments):
    """It takes no arguments."""


class Look(Tool):
    """Shows the program where the last action left it: in words, and in a picture to who has eyes."""

    about = "shows what a person who uses the program sees of it now"
    example: ClassVar[dict[str, object]] = {}
    arguments = Nothing

    async def call(self, arguments: Nothing, workspace: Workspace) -> str:
        """What is seen."""
        return await workspace.use("", again=False)


TOOL = Look()
