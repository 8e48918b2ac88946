"""What is told of a program by reading its source, never by running it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

FLAGS = re.MULTILINE | re.DOTALL
Command = tuple[str, ...]
Stub = tuple[str, int, str, str]
"""A part that is announced and not written: path, line, name in its language and reason."""


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from None
    return pattern


def _catches(group: str) -> Callable[[str], str]:
    def check(pattern: str) -> str:
        if group not in re.compile(pattern).groupindex:
            raise ValueError(f"has no group (?P<{group}>…)")
        return pattern

    return check


Pattern = Annotated[str, AfterValidator(_compiles)]


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Patterns(Table):
    """Regular expressions over the source of one file, `^` and `$` at each line."""

    imports: Annotated[Pattern, AfterValidator(_catches("name"))] | None = None
    comments: Annotated[Pattern, AfterValidator(_catches("comment"))] | None = None
    outline: Pattern | None = None
    test_case: Pattern | None = None


class ManifestRejected(ValueError):
    """The manifest asks for more than packages by name; the message says what to write instead."""


@dataclass(frozen=True)
class Requirements:
    """What to install: the names, and a manifest made anew from what was understood."""

    names: tuple[str, ...]
    content: bytes


@dataclass(frozen=True)
class Start:
    """How a product is started: what is made first, the command, and a person's, if that is another."""

    command: Command
    build: Command = ()
    by_hand: Command = ()


@dataclass(frozen=True)
class TestRun:
    """How tests are run: the command that people know, and the one with a report on each, after the
    report's form."""

    command: Command
    reported: Command


class StackCode:
    """Reading a language by the patterns of its card alone.

    `<language>.py` beside the card may hold a subclass called `Code` that knows better.
    """

    tells_stubs = False
    """Whether `stubs` can tell what is unfinished."""

    def __init__(self, patterns: Patterns) -> None:
        self._patterns = patterns

    def imports(self, source: str) -> set[str]:
        """Names of the modules a file imports; nothing from one that cannot be read."""
        return {match["name"] for match in _matches(self._patterns.imports, source)}

    def third_party(self, files: Mapping[str, str]) -> list[str]:
        """Modules imported that are neither the program's own nor the language's, sorted."""
        return []

    def outline(self, source: str) -> list[str]:
        """What a file offers, a line a definition. Raises SyntaxError where it cannot be read."""
        return [match[0].strip() for match in _matches(self._patterns.outline, source)]

    def without_comments(self, source: str) -> str:
        """The source without comments."""
        if self._patterns.comments is None:
            return source
        return re.sub(
            self._patterns.comments,
            lambda match: "" if match["comment"] else match[0],
            source,
            flags=FLAGS,
        )

    def parses(self, source: str) -> bool | None:
        """Whether the source keeps to its language's syntax; None where nobody here can tell."""
        return None

    def test_cases(self, source: str) -> int:
        """How many tests a file holds."""
        return len(list(_matches(self._patterns.test_case, self.without_comments(source))))

    def holding_tests(self, sources: Mapping[str, str]) -> list[str]:
        """The files that hold tests whatever they are called."""
        return []

    def left_by_installing(self, files: Mapping[str, str]) -> Mapping[str, bytes]:
        """What a project's own installation would have put beside its sources, and they look for."""
        return {}

    def declared_tests(self, files: Mapping[str, str], tests: list[str]) -> list[str]:
        """Those of the files of tests that the project says it runs; all of them where it says nothing."""
        return tests

    def check(self, paths: Collection[str]) -> Command:
        """What finds faults in a product of these files, where that is not the stack's own command."""
        return ()

    def test_run(self, files: Mapping[str, str], tests: list[str]) -> TestRun | None:
        """How these tests are run by what the project itself brings along; None where the stack's own
        command runs them."""
        return None

    def foreign_runner(self, files: Mapping[str, str]) -> str | None:
        """What the program says that its tests are run by, where that is nothing this stack has."""
        return None

    def stubs(self, sources: Mapping[str, str]) -> Iterator[Stub]:
        """The parts of a program that only stand for work still to be done."""
        yield from ()

    def module_name(self, path: str) -> str | None:
        """What a file is imported by; None for one that is there to be run."""
        return path

    def start(self, files: Mapping[str, str]) -> Start | None:
        """How the project itself says that it is started; None where it says nothing."""
        return None

    def put_together_elsewhere(self, files: Mapping[str, str]) -> bool:
        """Whether its parts find each other only where a tool has linked them that no sandbox has."""
        return False

    def missed(self, files: Mapping[str, str], stderr: str) -> str | None:
        """What a program could not be built without, and that the project takes from where nobody here
        fetches."""
        return None

    def library(self, files: Mapping[str, str]) -> Command:
        """What imports every module of a product that is there to be imported, not started; empty
        where it is not, or nobody here can tell. `files` are its sources without its tests."""
        return ()

    def packages(self, manifests: Mapping[str, str]) -> Requirements:
        """What manifests ask for, each given by its name. Raises ManifestRejected where that is more
        than packages by name, which could run code or move the index: anything, where nobody here
        can tell."""
        raise ManifestRejected(
            "Packages of this language cannot be installed here: use its standard library."
        )


def _matches(pattern: str | None, source: str) -> Iterator[re.Match[str]]:
    return re.finditer(pattern, source, FLAGS) if pattern else iter(())
