"""Tests of C, C++ and what else a Makefile tests: by `ctest` where CMake knows some, by `make test` where there is such a target, else
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
_WANTS = re.compile(r"^make: \*\*\* .* Error 127$", re.MULTILINE)
_OUTCOMES = {0: "passed", 77: "skipped"}
"""By exit code; the second is an old custom."""


def report(tests: list[str]) -> Iterator[Line]:
    """What became of the tests in these files."""
    target = _target()
    if target:
        yield {"test": f"make {target}", "outcome": _by_make(target)}
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


def _by_make(target: str) -> str:
    """Skipped where it calls a program that is not here."""
    made = subprocess.run(
        ("make", target),
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    sys.stderr.write(made.stderr)
    wants = made.returncode != 0 and _WANTS.search(made.stderr)
    return "skipped" if wants else _OUTCOMES.get(made.returncode, "failed")


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
    return {"test": name, "outcome": _OUTCOMES.get(_ended(*command), "failed")}


def _ended(*command: str) -> int:
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False
    ).returncode
