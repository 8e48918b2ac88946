"""Where in the program a check saw a fault: the lines that are shown, and may be written anew."""

import re

from company.deliverables.kind import Lines
from company.engine.state import State

AROUND = 2, 1
"""Lines shown before and after the one that is named."""
NAMING = ("syntax", "sql", "build", "start")
"""The checks whose words name the line that is wrong; a test that fails names a line of its own."""
_TRACED = re.compile(
    r'^[ \t]*File "(?:/box/)?(?P<path>[^"\n]{1,1000})", line (?P<line>\d{1,9})', re.MULTILINE
)
_NAMED = re.compile(
    r"^(?:\./|/box/)?(?P<path>[^\s:]{1,1000}):(?P<line>\d{1,9})(?=[:\s])", re.MULTILINE
)


def passage_of_fault(state: State) -> Lines | None:
    """The lines around the one that the first failing check names; None where it names none.

    Of a traceback it is the innermost line of the program, of a compiler's words the first.
    """
    failures = state.execution.failures if state.execution else ()
    check = next((check for check in failures if check.name in NAMING), None)
    if check is None:
        return None
    traced, named = list(_TRACED.finditer(check.output)), list(_NAMED.finditer(check.output))
    places = [(place["path"], int(place["line"])) for place in [*reversed(traced), *named]]
    return next((_around(*place, state) for place in places if _is_there(*place, state)), None)


def _is_there(path: str, line: int, state: State) -> bool:
    return (
        path in state.texts
        and path not in state.kept
        and 0 < line <= len(state.texts[path].split("\n"))
    )


def _around(path: str, line: int, state: State) -> Lines:
    before, after = AROUND
    length = len(state.texts[path].rstrip("\n").split("\n"))
    return Lines(
        path, state.texts[path], max(1, line - before), max(line, min(line + after, length))
    )
