"""The tool `run`: a command in the sandbox, on the files as they are now."""

from typing import ClassVar

from pydantic import Field

from company.tools.output import told
from company.tools.tool import Arguments, Tool, Workspace

MOST_SECONDS = 60.0


class Command(Arguments):
    command: str = Field(min_length=1, description="For the shell, in the folder of the program.")
    input: str = Field(default="", description="What it reads from standard input.")
    seconds: float = Field(default=10.0, gt=0, le=MOST_SECONDS, description="It is stopped then.")


class Run(Tool):
    """Runs a command; files that it writes become part of the program."""

    about = "runs a shell command in the program's folder; `input` may be left out"
    example: ClassVar = {"command": "python3 main.py 50 20", "input": "yes\n"}
    arguments = Command

    async def call(self, arguments: Command, workspace: Workspace) -> str:
        """How it ended, and what it wrote."""
        argv = ["sh", "-c", arguments.command]
        return told(await workspace.run(argv, stdin=arguments.input, seconds=arguments.seconds))


TOOL = Run()
