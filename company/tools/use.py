"""The tool `use`: doing with the program what a person who uses it would do."""

from typing import ClassVar

from pydantic import Field

from company.tools.tool import Arguments, Tool, Workspace


class Actions(Arguments):
    do: str = Field(
        min_length=1,
        max_length=4_000,
        description="An action a line: click NAME, type TEXT, enter TEXT, press KEY, wait SECONDS.",
    )
    again: bool = Field(default=False, description="Start the program anew before.")


class Use(Tool):
    """Goes on with the program where the last action left it, and tells what is seen then."""

    about = (
        "uses the program like a person, an action a line: click NAME (or a place, two numbers), type"
        " TEXT, enter TEXT (and Enter), press KEY, wait SECONDS; with `again` from its start"
    )
    example: ClassVar = {"do": "click Name\ntype Anna\npress Enter", "again": False}
    arguments = Actions

    async def call(self, arguments: Actions, workspace: Workspace) -> str:
        """What is seen after the last action."""
        return await workspace.use(arguments.do, again=arguments.again)


TOOL = Use()
