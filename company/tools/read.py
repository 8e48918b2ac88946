"""The tool `read`: a file of the program, or some of its lines."""

from typing import ClassVar

from pydantic import Field

from company.tools.tool import Arguments, BadCall, Tool, Workspace

NAMED_FILES = 50
"""Files that are named to a role that asks for one that is not there."""


class Lines(Arguments):
    path: str
    first: int = Field(default=1, ge=1, description="The number of the first line.")
    last: int | None = Field(default=None, ge=1, description="That of the last; all when left out.")


class Read(Tool):
    """Shows a file as it is now, with the numbers of its lines."""

    about = "shows a file of the program; first and last line may be left out"
    example: ClassVar = {"path": "main.py", "first": 1, "last": 200}
    arguments = Lines

    async def call(self, arguments: Lines, workspace: Workspace) -> str:
        """The lines, each after its number."""
        lines = text_of(arguments.path, workspace).splitlines()
        if arguments.first > max(1, len(lines)):
            raise BadCall(
                f"{arguments.path} has {len(lines)} lines; you asked for those from {arguments.first}."
            )
        chosen = enumerate(lines[arguments.first - 1 : arguments.last], arguments.first)
        return "\n".join(f"{number}: {line}" for number, line in chosen) or "The file is empty."


def text_of(path: str, workspace: Workspace) -> str:
    """The file's text. Raises BadCall, which names the files there are."""
    text = workspace.readable.get(workspace.path(path))
    if text is None:
        files = ", ".join(sorted(workspace.readable)[:NAMED_FILES]) or "none"
        raise BadCall(f"There is no file {path!r}. The files are: {files}.")
    return text


TOOL = Read()
