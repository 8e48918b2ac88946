"""The tables inside a stack's card; docs/stacks.md says what each key means."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, with_config
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

    candidates: tuple[str, ...]
    package: str | None = None
    guard: Pattern


class DependencyRule(Table):
    """How a product says what it needs, and the command that fetches it."""

    manifest: str
    install: Command


class LanguageRule(Table):
    """A language as replies name it, one of those a stack runs."""

    aliases: tuple[str, ...] = ()
    suffixes: tuple[str, ...]


class OutcomeRule(Table):
    """What the end of a command says, beside its exit code."""

    usage: Pattern = "usage:"
    crash: Pattern | None = None
    asks_for_input: Pattern | None = None
    no_tests: Pattern | None = None
    no_tests_exit_code: int | None = None

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

    imports: Annotated[Pattern, AfterValidator(_catches("name"))] | None = None
    comments: Annotated[Pattern, AfterValidator(_catches("comment"))] | None = None
    outline: Pattern | None = None
    test_case: Pattern | None = None
