"""The tool `search`: where something stands in the program."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

import regex
from pydantic import Field

from company.deliverables.writable import allowed
from company.tools.tool import Arguments, BadCall, Tool, Workspace

SECONDS = 2.0
"""For all files; an expression can take for ever."""
MOST_PLACES = 100
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
        """A line for each place: path, number, text."""
        wanted = _compiled(arguments)
        only = [arguments.only] if arguments.only else None
        files = {path: text for path, text in workspace.readable.items() if allowed(path, only)}
        try:
            places = list(_places(wanted, files))
        except TimeoutError:
            raise BadCall("The search took too long: use a simpler expression.") from None
        return "\n".join(places) or f"Nothing fits {arguments.pattern!r} in {len(files)} files."


def _compiled(arguments: Expression) -> regex.Pattern[str]:
    pattern = arguments.pattern
    try:
        return regex.compile(rf"\b{regex.escape(pattern)}\b" if arguments.word else pattern)
    except regex.error as error:
        raise BadCall(f"{pattern!r} is no regular expression: {error}.") from None


def _places(wanted: regex.Pattern[str], files: Mapping[str, str]) -> Iterator[str]:
    shown = 0
    for path, text in sorted(files.items()):
        for number, line in enumerate(text.splitlines(), 1):
            if wanted.search(line, timeout=SECONDS) is None:
                continue
            if shown == MOST_PLACES:
                yield f"[… and more: the first {MOST_PLACES} are shown]"
                return
            shown += 1
            yield f"{path}:{number}: {line.strip()[:LONGEST_LINE]}"


TOOL = Search()
