"""The tool `edit`: new lines in the place of others, or a new file."""

from typing import ClassVar

from pydantic import Field

from company.deliverables.edited_text import EditedText
from company.deliverables.edits import Edit, EditFailed
from company.tools.tool import Arguments, BadCall, Tool, Workspace


class Change(Arguments):
    path: str
    search: str = Field(
        default="", description="Lines of the file, word for word; left out for a new file."
    )
    replace: str = Field(description="What is to stand there instead.")


class EditFile(Tool):
    """Changes a file in one place, or makes a new one."""

    about = "puts `replace` where the lines `search` are; without `search`, makes a new file"
    example: ClassVar = {"path": "main.py", "search": "old lines", "replace": "new lines"}
    arguments = Change

    async def call(self, arguments: Change, workspace: Workspace) -> str:
        """That it is done, and how long the file is now."""
        path = workspace.path(arguments.path)
        before = workspace.readable.get(path, "")
        if arguments.search and not before:
            raise BadCall(
                f"There is no file {path!r} to search in. `list` shows the files there are."
            )
        edited = EditedText(before)
        try:
            edited.make(Edit(_lines(arguments.search), _lines(arguments.replace)))
        except EditFailed as failed:
            raise BadCall(f"Nothing was changed. {failed}") from None
        after = edited.text()
        if after == before:
            raise BadCall("Nothing was changed: `replace` is what stands there already.")
        workspace.put(path, after)
        return f"{path} has {len(after.splitlines())} lines now."


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.removesuffix("\n").split("\n")) if text else ()


TOOL = EditFile()
