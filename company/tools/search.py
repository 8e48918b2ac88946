"""The tool `search`: where something stands in the program."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from time import monotonic
from typing import ClassVar

import regex
from pydantic import Field

from company.deliverables.writable import allowed
from company.tools.tool import Arguments, BadCall, Tool, Workspace

SECONDS = 2.0
"""For all files; an expression can take for ever."""
MOST_PLACES = 40
"""Lines that are shown: a role pays for them again with each call that follows."""
LONGEST_LINE = 200


class Expression(Arguments):
    pattern: str = Field(min_length=1, max_length=500, description="A regular expression.")
    word: bool = Field(default=False, description="Take it for a name, which stands alone.")
    only: str | None = Field(default=None, description="A glob, such as src/**/*.py.")


class Search(Tool):
    """Finds lines by a regular expression, or every place that names something."""

    about = "finds lines by a regular expression, or with `word` by a name; `only` is a glob"
    example: ClassVar = {"pattern": "total", "word": True, "only": "*.py"}
    arguments = Expression

    async def call(self, arguments: Expression, workspace: Workspace) -> str:
        """Each file with the numbers and texts of its lines."""
        wanted = _compiled(arguments)
        only = [arguments.only] if arguments.only else None
        files = {path: text for path, text in workspace.readable.items() if allowed(path, only)}
        try:
            places = await asyncio.to_thread(_places, wanted, files)
        except TimeoutError:
            raise BadCall("The search took too long: use a simpler expression.") from None
        return (
            "\n".join(_shown(places))
            or f"Nothing fits {arguments.pattern!r} in {len(files)} files."
        )


def _compiled(arguments: Expression) -> regex.Pattern[str]:
    pattern = arguments.pattern
    try:
        return regex.compile(rf"\b{regex.escape(pattern)}\b" if arguments.word else pattern)
    except regex.error as error:
        raise BadCall(f"{pattern!r} is no regular expression: {error}.") from None


def _places(wanted: regex.Pattern[str], files: Mapping[str, str]) -> dict[str, list[str]]:
    """The lines that fit, by file. Raises TimeoutError; a bound for each line would be none for many."""
    places: dict[str, list[str]] = {}
    until = monotonic() + SECONDS
    for path, text in sorted(files.items()):
        for number, line in enumerate(text.splitlines(), 1):
            if (left := until - monotonic()) <= 0:
                raise TimeoutError
            if wanted.search(line, timeout=left) is not None:
                places.setdefault(path, []).append(f"{number}: {line.strip()[:LONGEST_LINE]}")
    return places


def _shown(places: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Every file with its lines, or with so many of them that each file has its share; then what was left out."""
    left, not_named = MOST_PLACES, len(places)
    for path, lines in list(places.items())[:MOST_PLACES]:
        # What small files leave of theirs is for those that come after.
        share = max(1, left // min(not_named, left))
        yield path
        yield from lines[:share]
        if len(lines) > share:
            yield f"[… {len(lines) - share:,} more here]"
        left -= min(share, len(lines))
        not_named -= 1
    if not_named:
        yield f"[… and {not_named:,} more files]"


TOOL = Search()
