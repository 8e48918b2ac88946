"""The tool `test`: the program's own tests."""

from typing import ClassVar

from pydantic import Field

from company.tools.tool import Arguments, Tool, Workspace


class Tests(Arguments):
    path: str | None = Field(default=None, description="One file of tests; all when left out.")


class Test(Tool):
    """Runs the tests as they are run when the company is done."""

    about = "runs the program's tests; `path` is one file of tests and may be left out"
    example: ClassVar = {"path": "test_main.py"}
    arguments = Tests

    async def call(self, arguments: Tests, workspace: Workspace) -> str:
        """How many passed, and what those that did not wrote."""
        return await workspace.test([workspace.path(arguments.path)] if arguments.path else [])


TOOL = Test()
