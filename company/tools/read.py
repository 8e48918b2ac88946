"""The tool `read`: a file of the program, or some of its lines."""

from collections.abc import Mapping
from typing import Any

from company.tools.tool import BadCall, Workspace

ARGUMENTS = ("path", "first", "last")
NAMED_FILES = 50
"""Files that are named to a role that asks for one that is not there."""


class Read:
    """Shows a file as it is now, with the numbers of its lines."""

    example = '{"tool": "read", "path": "main.py", "first": 1, "last": 200}'
    about = "shows a file of the program; first and last line may be left out"

    async def call(self, arguments: Mapping[str, Any], workspace: Workspace) -> str:
        """The lines, each after its number."""
        for name in arguments:
            if name not in ARGUMENTS:
                raise BadCall(f"'read' has no argument {name!r}, only {', '.join(ARGUMENTS)}.")
        path = arguments.get("path")
        if not isinstance(path, str) or path not in workspace.texts:
            files = ", ".join(sorted(workspace.texts)[:NAMED_FILES]) or "none"
            raise BadCall(f"There is no file {path!r}. The files are: {files}.")
        lines = workspace.texts[path].splitlines()
        first, last = _line(arguments, "first", 1), _line(arguments, "last", len(lines))
        if first > len(lines):
            raise BadCall(f"{path} has {len(lines)} lines; you asked for those from {first}.")
        chosen = enumerate(lines[first - 1 : last], first)
        return "\n".join(f"{number}: {line}" for number, line in chosen)


def _line(arguments: Mapping[str, Any], name: str, otherwise: int) -> int:
    value = arguments.get(name)
    if value is None:
        return otherwise
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadCall(f"'{name}' is the number of a line, from 1; you wrote {value!r}.")
    return value
