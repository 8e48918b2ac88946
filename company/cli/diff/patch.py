"""The files that differ between two runs, line by line, for the terminal and for a pipe."""

from collections.abc import Iterable, Iterator

from warehouse.history.compare.files import FileRow
from warehouse.terminal_text import safe_text


def patch_lines(files: Iterable[FileRow]) -> Iterator[str]:
    """Safe lines of the unified diffs of all files that are not the same."""
    for row in files:
        if row.state != "same":
            for line in row.patch().rstrip("\n").split("\n"):
                yield _one_line(line)


def _one_line(line: str) -> str:
    """Nothing in a line may begin another one: that could forge a part of the patch."""
    return safe_text(line.replace("\r", "␍")).replace("\n", "␤")
