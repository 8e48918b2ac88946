"""The tables inside a stack's card."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, with_config
from typing_extensions import TypedDict


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
Command = tuple[str, ...]


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MainRule(Table):
    """How the file that starts a program is found, best rule first."""

    candidates: tuple[str, ...] = Field(
        description="Paths that are the main file wherever they exist."
    )
    package: str | None = Field(default=None, description="The file that makes a folder startable.")
    guard: Pattern = Field(
        description="The code, per line, that only a main file has; decides when one file alone"
        " has it."
    )


class DependencyRule(Table):
    """How a product says what it needs, and the command that fetches it."""

    manifest: str = Field(
        description="The file that names packages; the language's `Code.packages` reads it."
    )
    install: Command = Field(
        description="Fetches them into /opt/softhouse/dependencies, executing nothing of theirs."
    )


class LanguageRule(Table):
    """A language as replies name it, one of those a stack runs."""

    aliases: tuple[str, ...] = Field(default=(), description="Other names of it at a fence.")
    suffixes: tuple[str, ...] = Field(description="Of the files that may be written in it.")


class OutcomeRule(Table):
    """What the end of a command says, beside its exit code."""

    usage: Pattern = Field(
        default="usage:",
        description="In what a program printed, in small letters: it was not told its arguments.",
    )
    crash: Pattern | None = Field(
        default=None, description="The same of a program that broke, whatever else it printed."
    )
    asks_for_input: Pattern | None = Field(
        default=None,
        description="In the last line of standard error: the program wanted to be answered.",
    )
    no_tests: Pattern | None = Field(
        default=None, description="In what the tests printed: there was none in any file."
    )
    no_tests_exit_code: int | None = Field(
        default=None, description="What the test command ends with when there was none."
    )

    def asked_for_input(self, stderr: str) -> bool:
        """Whether a program ended for want of an answer."""
        last_line = stderr.strip().rpartition("\n")[2]
        return bool(self.asks_for_input and re.search(self.asks_for_input, last_line))

    def told_usage(self, output: str) -> bool:
        """Whether a program said how it wants to be called, and did not break."""
        broke = self.crash and re.search(self.crash, output.lower(), re.MULTILINE)
        return not broke and re.search(self.usage, output.lower()) is not None

    def had_no_tests(self, exit_code: int, output: str) -> bool:
        """Whether the test command found nothing to run."""
        if exit_code == self.no_tests_exit_code:
            return True
        return bool(self.no_tests and re.search(self.no_tests, output, re.MULTILINE | re.DOTALL))


@with_config(ConfigDict(extra="forbid"))
class LargerLimits(TypedDict, total=False):
    """Limits of the sandbox that this language's own tools need larger than usual."""

    memory_mb: int
    processes: int
    disk_mb: int
    cpus: float


class Patterns(Table):
    """Regular expressions over the source of one file, `^` and `$` at each line."""

    imports: Annotated[Pattern, AfterValidator(_catches("name"))] | None = Field(
        default=None, description="An import; its group `name` is the module's name."
    )
    comments: Annotated[Pattern, AfterValidator(_catches("comment"))] | None = Field(
        default=None,
        description="Comments and texts; what matches the group `comment` is no code.",
    )
    outline: Pattern | None = Field(
        default=None, description="The first line of a definition, as an outline shows it."
    )
    test_case: Pattern | None = Field(default=None, description="The beginning of one test.")
