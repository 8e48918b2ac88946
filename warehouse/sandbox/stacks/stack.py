"""A language as data: how its programs are recognised, checked, built, started and tested."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import Literal

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from warehouse.sandbox.stacks.code import (
    Command,
    Pattern,
    Patterns,
    StackCode,
    Start,
    Table,
    TestRun,
)

SUPERVISED = ("python3", "-I", "/opt/softhouse/testers/supervise.py")
"""What runs tests and listens to their report, in every sandbox."""
EACH = "--each"
"""Asks it to name every test with its outcome."""


class MainRule(Table):
    """How the file that starts a program is found, best rule first."""

    candidates: tuple[str, ...]
    package: str | None = None
    guard: Pattern


class DependencyRule(Table):
    """How a product says what it needs, the command that fetches it, and the one that unpacks it."""

    manifest: str
    """The file that the installer reads, made anew from what was understood."""
    declared_in: tuple[str, ...] = ()
    """Further files in which a product may name packages."""
    seen_as: str = ""
    """What of the installed a program looks for in its own top folder."""
    fetch: Command
    environment: Mapping[str, str] = {}
    """Variables for `fetch`: what some installers take from nowhere else."""
    unpack: Command


class LanguageRule(Table):
    """A language as replies name it, one of those a stack runs."""

    aliases: tuple[str, ...] = ()
    suffixes: tuple[str, ...]


class ReportRule(Table):
    """How the tests are run so that what runs them reports on each, and in which form."""

    form: Literal["signed", "go", "cargo", "module"]
    command: Command


class OutcomeRule(Table):
    """What the end of a command says, beside its exit code."""

    usage: Pattern = "usage:"
    crash: Pattern | None = None
    asks_for_input: Pattern | None = None
    asks_for_input_exit_code: int | None = None
    refuses_input: Pattern | None = None
    needs: Mapping[str, Pattern] = {}

    def asked_for_input(self, exit_code: int, stderr: str) -> bool:
        """Whether a program ended for want of an answer."""
        if exit_code == self.asks_for_input_exit_code:
            return True
        last_line = stderr.strip().rpartition("\n")[2]
        return bool(self.asks_for_input and re.search(self.asks_for_input, last_line))

    def refused_input(self, stderr: str) -> bool:
        """Whether a program ended by an error that lines of another kind may not bring about."""
        return bool(self.refuses_input and re.search(self.refuses_input, stderr, re.MULTILINE))

    def told_usage(self, output: str) -> bool:
        """Whether a program said how it wants to be called, and did not break."""
        return not self.broke(output) and re.search(self.usage, output.lower()) is not None

    def broke(self, output: str) -> bool:
        """Whether a program ended by a fault that it did not expect."""
        return bool(self.crash and re.search(self.crash, output.lower(), re.MULTILINE))

    def missed(self, stderr: str) -> str | None:
        """What a program wanted to have that no sandbox gives it; None where nothing shows."""
        return next((need for need, sign in self.needs.items() if re.search(sign, stderr)), None)


@with_config(ConfigDict(extra="forbid"))
class LargerLimits(TypedDict, total=False):
    """Limits of the sandbox that this language's own tools need larger than usual."""

    memory_mb: int
    processes: int
    disk_mb: int
    cpus: float


class Stack(Table):
    """One language; docs/stacks.md says what each key means.

    In commands, the arguments `{files}`, `{program}` and `{tests}` stand for as many paths, `{main}` for one,
    `{folder}` for the folder that is in, and `{module}` for a module's name.
    """

    name: str
    title: str
    order: int = 100
    project: tuple[str, ...] = ()
    dialect_of: str = ""
    """The language whose projects may have such a file too: one of this language has more files of it."""
    suffixes: tuple[str, ...]
    languages: Mapping[str, LanguageRule]
    usual_files: tuple[str, ...]
    how_to_test: str
    needs: tuple[str, ...]
    portable: tuple[str, ...] = ()
    environment: Mapping[str, str] = {}
    limits: LargerLimits = LargerLimits()
    main: MainRule
    check: Command
    build: Command = ()
    start: Command
    start_package: Command = ()
    start_by_hand: Command = ()
    tests: tuple[str, ...] = Field(min_length=1)
    test: Command
    test_report: ReportRule | None = None
    test_helpers: tuple[str, ...] = ()
    outcome: OutcomeRule = OutcomeRule()
    patterns: Patterns = Patterns()
    import_module: Command = ()
    dependencies: DependencyRule | None = None
    docs: Command = ()
    provided: tuple[str, ...] = ()
    long_running: tuple[str, ...] = ()

    @cached_property
    def code(self) -> StackCode:
        """What reads its sources."""
        module = f"{__package__}.{self.name}"
        if find_spec(module) is None:
            return StackCode(self.patterns)
        reader: StackCode = import_module(module).Code(self.patterns)
        return reader

    @property
    def manifests(self) -> tuple[str, ...]:
        """The files in which a product may say what it needs, and how it is started."""
        rule = self.dependencies
        return (rule.manifest, *rule.declared_in) if rule else ()

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

    def check_argv(self, paths: Collection[str]) -> list[str]:
        """Reports faults of syntax as `file:line`, exit code 1; executes nothing of the product."""
        if own := self.code.check(paths):
            return list(own)
        files, tests = self.sources(paths), self.test_files(paths)
        return _fill(self.check, files=files, program=[path for path in files if path not in tests])

    def start_of(self, files: Mapping[str, str]) -> Start | None:
        """How the product is started: as the project says, else by its main file; None where it is a
        library, or it is not clear what starts it."""
        if self.code.put_together_elsewhere(files):
            return None
        if declared := self.code.start(files):
            return declared
        main = self.main_file(files)
        return None if main is None or self.library_argv(files) else self.start_by(main)

    def start_by(self, main: str) -> Start:
        """How the program is started whose main file that is."""
        path = PurePosixPath(main)
        if path.name == self.main.package and path.parent.name and self.start_package:
            command = _fill(self.start_package, main=[".".join(path.parent.parts)])
        else:
            command = _fill(self.start, **_place(main))
        build, by_hand = (_fill(each, **_place(main)) for each in (self.build, self.start_by_hand))
        return Start(tuple(command), tuple(build), tuple(by_hand))

    def library_argv(self, files: Mapping[str, str]) -> list[str]:
        """Imports every module of a library; empty for what is none."""
        tests = self.all_tests(files)
        sources = {path: files[path] for path in self.sources(files) if path not in tests}
        if self.long_running_imports(sources) or self.code.put_together_elsewhere(files):
            return []
        return list(self.code.library(sources))

    def all_tests(self, sources: Mapping[str, str]) -> list[str]:
        """The files that hold tests, by their names or by what is written in them, sorted."""
        readable = {path: sources[path] for path in self.sources(sources)}
        return sorted({*self.test_files(sources), *self.code.holding_tests(readable)})

    def test_argv(self, tests: Sequence[str]) -> list[str]:
        """Runs the tests in these files; exit code 0 when there are some and all passed."""
        return _fill(self.test, tests=tests)

    def test_run(self, files: Mapping[str, str], only: Sequence[str] = ()) -> TestRun:
        """How the tests of a product are run, or those in some of its files, plainly, and with a report
        for `read_report` on standard output, where the tests cannot write; by the exit code alone
        where there is no such report."""
        tests = list(only) or self.all_tests(files)
        if own := self.code.test_run(files, tests):
            return TestRun(own.command, (*SUPERVISED, *own.reported))
        plain = tuple(self.test_argv(tests))
        if self.test_report is None:
            return TestRun(plain, plain)
        command = _fill(self.test_report.command, tests=tests)
        return TestRun(plain, (*SUPERVISED, self.test_report.form, *command))

    def naming_test_run(self, files: Mapping[str, str], only: Sequence[str] = ()) -> Command:
        """As the reported command of `test_run`, with a report that names each test; empty where
        nothing of this language reports."""
        reported = self.test_run(files, only).reported
        if reported[: len(SUPERVISED)] != SUPERVISED:
            return ()
        return (*SUPERVISED, EACH, *reported[len(SUPERVISED) :])

    def docs_argv(self, name: str) -> list[str]:
        """Shows what is documented of a module or function; empty where the language has no such
        command."""
        return _fill(self.docs, name=[name])

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
