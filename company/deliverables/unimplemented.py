"""Parts of a program that are announced but not written, found by reading its syntax.

The word `pass` proves nothing: handlers, markers and hooks are rightly empty. What counts is a
function whose whole body stands for work still to be done.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from company.deliverables.languages import language_of

_MOST_CHARACTERS = 400_000


@dataclass(frozen=True, slots=True)
class Unimplemented:
    """One such part: `name` as its language would say it, `why` in a few words."""

    path: str
    line: int
    name: str
    why: str


def unimplemented(files: Mapping[str, str]) -> list[Unimplemented]:
    """Every unimplemented part of the Python and JavaScript files, by path and line.

    A Python file that does not parse is one entry, since nothing in it can be relied on.
    """
    from company.deliverables.unimplemented_javascript import javascript_stubs
    from company.deliverables.unimplemented_python import PythonProgram

    sources = {path: text for path, text in files.items() if len(text) <= _MOST_CHARACTERS}
    python = PythonProgram({p: text for p, text in sources.items() if language_of(p) == "python"})
    found = [Unimplemented(*stub) for stub in python.stubs()]
    for path, text in sources.items():
        if language_of(path) in {"javascript", "typescript"}:
            found += [Unimplemented(path, *stub) for stub in javascript_stubs(text)]
    return sorted(found, key=lambda part: (part.path, part.line))
