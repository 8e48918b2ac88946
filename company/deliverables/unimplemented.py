"""Parts of a program that are announced but not written, found by reading its syntax.

The word `pass` proves nothing: handlers, markers and hooks are rightly empty. What counts is a
function whose whole body stands for work still to be done.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from company.deliverables.languages import language_of
from warehouse.sandbox.stacks.cards import stacks

_MOST_CHARACTERS = 400_000


@dataclass(frozen=True, slots=True)
class Unimplemented:
    """One such part: `name` as its language would say it, `why` in a few words."""

    path: str
    line: int
    name: str
    why: str


def unimplemented(files: Mapping[str, str]) -> list[Unimplemented]:
    """Every unimplemented part of the files whose language can tell them, by path and line."""
    sources = {path: text for path, text in files.items() if len(text) <= _MOST_CHARACTERS}
    stubs = (
        stub
        for stack in stacks().values()
        for stub in stack.code.stubs(
            {path: text for path, text in sources.items() if language_of(path) in stack.languages}
        )
    )
    return sorted((Unimplemented(*stub) for stub in stubs), key=lambda part: (part.path, part.line))
