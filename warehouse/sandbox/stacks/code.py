"""What is told of a program by reading its source, never by running it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

Stub = tuple[str, int, str, str]
"""A part that is announced and not written: path, line, name in its language and reason."""


class ManifestRejected(ValueError):
    """The manifest asks for more than packages by name; the message says what to write instead."""


@dataclass(frozen=True)
class Wanted:
    """What to install: the names, and a manifest made anew from what was understood."""

    names: tuple[str, ...]
    content: bytes


class Patterns(BaseModel):
    """Regular expressions over the source of one file, `^` and `$` at each line."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    imports: str | None = Field(
        default=None, description="An import; its group `name` is the module's name."
    )
    comments: str | None = Field(
        default=None,
        description="Comments and texts; what matches the group `comment` is no code.",
    )
    outline: str | None = Field(
        default=None, description="The first line of a definition, as an outline shows it."
    )
    test_case: str | None = Field(default=None, description="The beginning of one test.")


class StackCode:
    """Reading a language by the patterns of its card alone.

    `<language>.py` beside the card may hold a subclass called `Code` that knows better.
    """

    tells_stubs = False
    """Whether `stubs` can tell what is unfinished."""

    def __init__(self, patterns: Patterns) -> None:
        self._imports, self._comments, self._outline, self._test_case = (
            re.compile(pattern or r"(?!)", re.MULTILINE | re.DOTALL)
            for pattern in (
                patterns.imports,
                patterns.comments,
                patterns.outline,
                patterns.test_case,
            )
        )

    def imports(self, source: str) -> set[str]:
        """Names of the modules a file imports; nothing from one that cannot be read."""
        return {match["name"] for match in self._imports.finditer(source)}

    def third_party(self, files: Mapping[str, str]) -> list[str]:
        """Modules imported that are neither the program's own nor the language's, sorted."""
        return []

    def outline(self, source: str) -> list[str]:
        """What a file offers, a line a definition. Raises SyntaxError where it cannot be read."""
        return [match[0].strip() for match in self._outline.finditer(source)]

    def without_comments(self, source: str) -> str:
        """The source without comments."""
        return self._comments.sub(
            lambda match: "" if match.groupdict().get("comment") else match[0], source
        )

    def parses(self, source: str) -> bool | None:
        """Whether the source keeps to its language's syntax; None where nobody here can tell."""
        return None

    def test_cases(self, source: str) -> int:
        """How many tests a file holds."""
        return len(self._test_case.findall(self.without_comments(source)))

    def stubs(self, sources: Mapping[str, str]) -> Iterator[Stub]:
        """The parts of a program that only stand for work still to be done."""
        yield from ()

    def module_name(self, path: str) -> str | None:
        """What a file is imported by; None for one that is there to be run."""
        return path

    def packages(self, manifest: str) -> Wanted:
        """What a manifest asks for. Raises ManifestRejected where that is more than packages by
        name, which could run code or move the index."""
        raise NotImplementedError
