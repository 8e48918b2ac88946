"""Languages as data: `stacks.yaml` says how each is recognised, checked, started and tested."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from importlib.resources import files as package_files
from pathlib import PurePosixPath
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from warehouse.sandbox.imports import imported_modules


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MainRule(_Table):
    """How the file that starts a program is found, best rule first."""

    candidates: tuple[str, ...]
    """Paths that are the main file wherever they exist."""
    package: str | None = None
    """The file that makes a folder startable."""
    guard: str
    """Pattern (per line) of the code only a main file has; decides when one file alone has it."""


class DependencyRule(_Table):
    """How a product says what it needs, and the command that fetches it."""

    manifest: str
    format: Literal["requirements", "package_json"]
    install: tuple[str, ...]


class Stack(_Table):
    """One language, with the commands for its programs (run in the product's top folder)."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    main: MainRule
    check: tuple[str, ...]
    start: tuple[str, ...]
    start_package: tuple[str, ...] = ()
    tests: tuple[str, ...]
    test: tuple[str, ...]
    dependencies: DependencyRule
    provided: tuple[str, ...] = ()
    """Modules every sandbox brings beside the language's own."""
    long_running: tuple[str, ...]

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
        for found in (guarded, sources):
            if len(found) == 1:
                return found[0]
        return None

    def check_argv(self, paths: Iterable[str]) -> list[str]:
        """Reports faults of syntax as `file:line`, exit code 1; executes nothing of the product."""
        return _fill(self.check, files=self.sources(paths))

    def start_argv(self, main: str) -> list[str]:
        """Starts the program."""
        path = PurePosixPath(main)
        if path.name == self.main.package and path.parent.name and self.start_package:
            return _fill(self.start_package, main=[".".join(path.parent.parts)])
        return _fill(self.start, main=[main])

    def test_argv(self, paths: Iterable[str]) -> list[str]:
        """Runs the product's tests; exit code 0 when there are some and all passed."""
        return _fill(self.test, tests=self.test_files(paths))

    def long_running_imports(self, files: Mapping[str, str | bytes]) -> list[str]:
        """The modules it imports that make a program wait for a window or for requests: such a
        program is well when it is still running at the end of its time."""
        found: set[str] = set()
        for path in self.sources(files):
            imported = imported_modules(self.name, _text(files[path]))
            found |= {
                module
                for module in self.long_running
                if any(name == module or name.startswith(f"{module}.") for name in imported)
            }
        return sorted(found)

    def _has_guard(self, source: str | bytes) -> bool:
        return re.search(self.main.guard, _text(source), re.MULTILINE) is not None


@functools.cache
def stacks() -> Mapping[str, Stack]:
    """Every known stack by name, in order of preference."""
    text = (package_files("warehouse.sandbox.stacks") / "stacks.yaml").read_text(encoding="utf-8")
    return {
        name: Stack.model_validate({"name": name, **table})
        for name, table in yaml.safe_load(text).items()
    }


def detect_stack(paths: Iterable[str]) -> Stack | None:
    """The stack of a program made of these files: of those with a main file the first,
    else the one with the most files; None when no known language is among them."""
    paths = list(paths)
    present = [stack for stack in stacks().values() if stack.sources(paths)]
    for stack in present:
        if any(candidate in paths for candidate in stack.main.candidates):
            return stack
    return max(present, key=lambda stack: len(stack.sources(paths)), default=None)


def _fill(template: Sequence[str], **values: Sequence[str]) -> list[str]:
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
