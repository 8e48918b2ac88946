"""Tests of Java: compiled against JUnit 5 and 4, run by its console, which writes a report of them all."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .junit_xml import Line, lines_of

CONSOLE = Path("/usr/share/java/junit-platform-console-standalone.jar")
"""Where Debian's package junit5 puts it."""
PROGRAM = ".build/classes"
"""What the check has compiled."""
RESOURCES = ("src/main/resources", "src/test/resources")
FRUGAL = ("-XX:+UseSerialGC", "-Xmx256m")


def report(tests: list[str]) -> Iterator[Line]:
    """What became of the tests in these files. Raises FileNotFoundError without JUnit."""
    if not CONSOLE.is_file():
        raise FileNotFoundError(2, "", "JUnit")
    with tempfile.TemporaryDirectory() as place:
        classes, reports = f"{place}/classes", f"{place}/reports"
        seen = ":".join((classes, PROGRAM, *RESOURCES))
        flags = [f"-J{flag}" for flag in FRUGAL]
        if _ended("javac", *flags, "-d", classes, "-cp", f"{seen}:{CONSOLE}", *tests):
            yield {"test": "the tests compile", "outcome": "failed"}
            yield {"end": True}
            return
        _ended(
            *("java", *FRUGAL, "-jar", str(CONSOLE), f"--class-path={seen}"),
            *(f"--scan-class-path={classes}", f"--reports-dir={reports}"),
            *("--disable-banner", "--details=tree", "--disable-ansi-colors"),
        )
        yield from lines_of(Path(reports))


def _ended(*command: str) -> int:
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False
    ).returncode
