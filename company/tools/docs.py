"""The tool `docs`: what is documented of a module, a class or a function, without a network."""

from typing import ClassVar

from pydantic import Field

from company.tools.output import shortened
from company.tools.tool import Arguments, BadCall, Tool, Workspace


class Name(Arguments):
    name: str = Field(pattern=r"^[\w./@-]{1,200}$", description="Such as json or json.dumps.")


class Docs(Tool):
    """Shows the documentation of what is installed where the program runs."""

    about = "shows the documentation of an installed module or one of its functions"
    example: ClassVar = {"name": "json.dumps"}
    arguments = Name

    async def call(self, arguments: Name, workspace: Workspace) -> str:
        """The documentation, shortened."""
        result = (await workspace.run(workspace.documentation(arguments.name))).result
        text = (result.stdout or result.stderr).strip()
        if result.exit_code != 0 or not text:
            raise BadCall(f"Nothing is documented of {arguments.name!r} here. {text}".strip())
        return shortened(text)


TOOL = Docs()
