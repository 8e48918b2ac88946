"""Tests of C and C++: by `ctest` where CMake knows some, by `make test` where there is such a target, else
each test file is a program of its own, built with the rest, and passes where it ends with 0."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .junit_xml import Line, lines_of

SOURCES = {".c", ".cpp", ".cc", ".cxx"}
_MAIN = re.compile(r"^(?:int|void|auto)\s+main\s*\(", re.MULTILINE)
_TARGET = re.compile(r"^(?P<name>test|check)\s*:", re.MULTILINE)
_SKIPPED = 77
"""The exit code with which a test program says so, by an old custom."""


def report(tests: list[str]) -> Iterator[Line]:
    """What became of the tests in these files."""
    target = _target()
    if target:
        yield _outcome(f"make {target}", "make", target)
        yield {"end": True}
    elif Path(".build/CTestTestfile.cmake").is_file():
        yield from _by_ctest()
    else:
        yield {"tests": tests}
        yield from map(_by_itself, tests)
        yield {"end": True}


def _target() -> str:
    for name in ("GNUmakefile", "makefile", "Makefile"):
        makefile = Path(name)
        if makefile.is_file():
            found = _TARGET.search(makefile.read_text(errors="replace"))
            return found["name"] if found else ""
    return ""


def _by_ctest() -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as place:
        file = f"{place}/ctest.xml"
        _ended("ctest", "--test-dir", ".build", "--output-on-failure", "--output-junit", file)
        yield from lines_of(Path(place))


def _by_itself(test: str) -> Line:
    """Built with every source that starts no program itself."""
    sources = [
        path for path in Path().rglob("*") if path.suffix in SOURCES and ".build" not in path.parts
    ]
    rest = [str(path) for path in sources if not _MAIN.search(path.read_text(errors="replace"))]
    compiler = "cc" if all(path.suffix == ".c" for path in sources) else "c++"
    with tempfile.TemporaryDirectory() as place:
        program = f"{place}/test"
        words = ("-g", "-I.", "-Iinclude", "-Isrc", "-o", program, test, *{*rest} - {test})
        if _ended(compiler, *words, "-lm", "-pthread"):
            return {"test": test, "outcome": "failed"}
        return _outcome(test, program)


def _outcome(name: str, *command: str) -> Line:
    words = {0: "passed", _SKIPPED: "skipped"}
    return {"test": name, "outcome": words.get(_ended(*command), "failed")}


def _ended(*command: str) -> int:
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False
    ).returncode
