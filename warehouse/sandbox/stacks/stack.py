"""A language as data: how its programs are recognised, checked, built, started and tested."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import PurePosixPath

from pydantic import Field

from warehouse.sandbox.stacks.code import StackCode
from warehouse.sandbox.stacks.rules import (
    Command,
    DependencyRule,
    LanguageRule,
    LargerLimits,
    MainRule,
    OutcomeRule,
    Patterns,
    Table,
)


class Stack(Table):
    """One language; its commands run in the product's top folder.

    In commands, the arguments `{files}` and `{tests}` stand for as many paths, `{main}` for one,
    `{folder}` for the folder that is in, and `{module}` for a module's name.
    """

    name: str = Field(description="The card's file name without its suffix.")
    title: str = Field(description="What people and roles call it.")
    order: int = Field(
        default=100, description="Of two languages that fit a product equally, the lower is it."
    )
    suffixes: tuple[str, ...] = Field(description="Of the source files.")
    languages: Mapping[str, LanguageRule] = Field(
        description="Languages of these files by name, as replies put them at a fence."
    )
    usual_files: tuple[str, ...] = Field(
        description="Where a block without a name goes, the first that a phase may write."
    )
    how_to_test: str = Field(
        description="Told to whoever writes tests: the library, the file, how to reach the program."
    )
    needs: tuple[str, ...] = Field(
        description="Programs the sandbox must contain; where the check finds the first missing,"
        " nothing is judged."
    )
    portable: tuple[str, ...] = Field(
        default=(),
        description="Those of them that are one file, which bubblewrap shows inside wherever on"
        " this machine it lies.",
    )
    environment: Mapping[str, str] = Field(
        default={}, description="Variables inside a sandbox for this language."
    )
    limits: LargerLimits = Field(
        default=LargerLimits(),
        description="`memory_mb`, `processes`, `disk_mb` or `cpus` beyond the usual.",
    )
    main: MainRule
    check: Command = Field(
        description="Reports faults of syntax as `file:line` with another exit code than 0;"
        " executes nothing of the product."
    )
    build: Command = Field(default=(), description="Makes what `start` starts, where that is made.")
    start: Command = Field(description="Starts the program.")
    start_package: Command = Field(
        default=(), description="Starts a folder with `main.package`; `{main}` is its dotted name."
    )
    start_by_hand: Command = Field(
        default=(), description="The same for a person, where `start` is not for them."
    )
    tests: tuple[str, ...] = Field(
        min_length=1, description="Globs of test files' names; the first is the usual one."
    )
    test: Command = Field(description="Runs them; exit code 0 when there are some and all passed.")
    test_helpers: tuple[str, ...] = Field(
        default=(), description="Files that belong to the tests without being some."
    )
    outcome: OutcomeRule = OutcomeRule()
    patterns: Patterns = Patterns()
    import_module: Command = Field(
        default=(),
        description="Imports `{module}` and ends with 86; finds others in `{main_folder}` and"
        " `{folder}`.",
    )
    dependencies: DependencyRule | None = None
    provided: tuple[str, ...] = Field(
        default=(), description="Modules every sandbox brings beside the language's own."
    )
    long_running: tuple[str, ...] = Field(
        default=(),
        description="Modules whose programs wait for a window or for requests: well when still"
        " running at the end of their time.",
    )

    @cached_property
    def code(self) -> StackCode:
        """What reads its sources."""
        module = f"{__package__}.{self.name}"
        if find_spec(module) is None:
            return StackCode(self.patterns)
        reader: StackCode = import_module(module).Code(self.patterns)
        return reader

    def sources(self, paths: Iterable[str]) -> list[str]:
        """The files written in this language, sorted."""
        return sorted(path for path in paths if path.endswith(self.suffixes))

    def test_files(self, paths: Iterable[str]) -> list[str]:
        """The files whose names say that they are tests, sorted."""
        return [
            path
            for path in self.sources(paths)
            if any(fnmatchcase(PurePosixPath(path).name, pattern) for pattern in self.tests)
        ]

    def main_file(self, files: Mapping[str, str | bytes]) -> str | None:
        """The file that starts the program; None when there is none or it is not clear which."""
        for candidate in self.main.candidates:
            if candidate in files:
                return candidate
        tests = set(self.test_files(files))
        sources = [path for path in self.sources(files) if path not in tests]
        packages = [path for path in sources if PurePosixPath(path).name == self.main.package]
        if len(packages) == 1:
            return packages[0]
        guarded = [path for path in sources if self._has_guard(files[path])]
        for likely in (guarded, sources):
            if len(likely) == 1:
                return likely[0]
        return None

    def check_argv(self, paths: Iterable[str]) -> list[str]:
        """Reports faults of syntax as `file:line`, exit code 1; executes nothing of the product."""
        return _fill(self.check, files=self.sources(paths))

    def build_argv(self, main: str) -> list[str]:
        """Makes what is started; empty where nothing is made."""
        return _fill(self.build, **_place(main))

    def start_argv(self, main: str) -> list[str]:
        """Starts the program."""
        path = PurePosixPath(main)
        if path.name == self.main.package and path.parent.name and self.start_package:
            return _fill(self.start_package, main=[".".join(path.parent.parts)])
        return _fill(self.start, **_place(main))

    def by_hand_argv(self, main: str) -> list[str]:
        """Starts the program on a person's machine."""
        return _fill(self.start_by_hand, **_place(main)) or self.start_argv(main)

    def test_argv(self, paths: Iterable[str]) -> list[str]:
        """Runs the product's tests; exit code 0 when there are some and all passed."""
        return _fill(self.test, tests=self.test_files(paths))

    def import_argv(self, path: str, main_folder: str) -> list[str]:
        """Imports one module, found as the program itself would find it; empty where that cannot
        be tried, or the file is no module."""
        module = self.code.module_name(path)
        if module is None:
            return []
        folder = str(PurePosixPath(path).parent)
        return _fill(
            self.import_module, module=[module], main_folder=[main_folder], folder=[folder]
        )

    def long_running_imports(self, files: Mapping[str, str | bytes]) -> list[str]:
        """The modules it imports that make a program wait for a window or for requests: such a
        program is well when it is still running at the end of its time."""
        waiting: set[str] = set()
        for path in self.sources(files):
            imported = self.code.imports(_text(files[path]))
            waiting |= {
                module
                for module in self.long_running
                if any(name == module or name.startswith(f"{module}.") for name in imported)
            }
        return sorted(waiting)

    def _has_guard(self, source: str | bytes) -> bool:
        return re.search(self.main.guard, _text(source), re.MULTILINE) is not None


def _place(main: str) -> dict[str, Sequence[str]]:
    parent = PurePosixPath(main).parent
    return {"main": [main], "folder": [str(parent) if parent.name == "" else f"./{parent}"]}


def _fill(template: Command, **values: Sequence[str]) -> list[str]:
    """Paths that begin with a dash are given as ./-path, so that none is taken for an option."""
    argv: list[str] = []
    for word in template:
        if word.startswith("{") and word.endswith("}"):
            argv += [
                f"./{value}" if value.startswith("-") else value for value in values[word[1:-1]]
            ]
        else:
            argv.append(word)
    return argv


def _text(source: str | bytes) -> str:
    return source if isinstance(source, str) else source.decode(errors="replace")
