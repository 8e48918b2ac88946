"""Where a piece of code in a message leads: to the file that was made of it, or to the piece itself."""

from collections.abc import Sequence

from tui.panes.conversation.parts import Code
from tui.panes.messages import OpenCode, OpenFile
from warehouse.history.entries import Committed
from warehouse.history.format.figures import counted


def opening(codes: Sequence[Code], number: int, commit: Committed | None) -> OpenFile | OpenCode:
    """What to ask for to see one of a message's pieces of code; `commit` is what the message led to."""
    code = codes[number]
    paths = [file.path for file in commit.files if file.status != "deleted"] if commit else []
    is_the_only_one = not code.path and len(codes) == len(paths) == 1
    path = paths[0] if is_the_only_one else code.path
    if commit is not None and path in paths:
        return OpenFile(path, commit.sha)
    title = code.path or f"{code.language or 'code'}, {counted(code.lines, 'line')}"
    return OpenCode(title, code.text, code.language)
