"""The tool `list`: which files there are."""

from typing import ClassVar

from pydantic import Field

from company.deliverables.writable import allowed
from company.tools.tool import Arguments, Tool, Workspace


class Files(Arguments):
    only: str | None = Field(default=None, description="A glob, such as src/**/*.py.")


class List(Tool):
    """Names the files of the program, with their lengths."""

    about = "names the files of the program; `only` is a glob and may be left out"
    example: ClassVar = {"only": "*.py"}
    arguments = Files

    async def call(self, arguments: Files, workspace: Workspace) -> str:
        """A line for each file."""
        only = [arguments.only] if arguments.only else None
        lines = [
            f"{path} ({len(text.splitlines())} lines)"
            for path, text in sorted(workspace.readable.items())
            if allowed(path, only)
        ]
        return "\n".join(lines) or "There is no such file."


TOOL = List()
