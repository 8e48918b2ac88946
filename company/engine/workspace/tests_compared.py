"""The tests of two states of a product, held against each other one by one, by name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from msgspec.structs import replace

from warehouse.events import CheckRecord
from warehouse.sandbox.test_report import Report

MOST_NAMED = 8
"""Tests that are named in one sentence; of more, their number is told."""
LOST = {"skipped": "skipped now", "xfailed": "marked to fail now", "gone": "gone"}
"""What may become of a test besides, and what is said of it."""
AS_BEFORE = "as before the change"
UNLIKE_BEFORE = "which they did not before the change"
_ADDRESS = re.compile(r"0x[0-9a-f]{6,16}")
"""In the name of a test, another one each time."""
Cases = Mapping[str, tuple[str, str]]
"""Each test by name: what became of it, and what was told of that."""


@dataclass(frozen=True)
class Worse:
    """What is worse of the tests, by name."""

    failing: tuple[str, ...]
    """They passed before, or were not there, or not run."""
    lost: Mapping[str, tuple[str, ...]]
    """They passed before: what became of them instead."""
    known: tuple[str, ...]
    """They failed before, too."""
    went: tuple[str, ...]
    """They went with their file, as the customer asked."""

    @property
    def new_failures(self) -> bool:
        return bool(self.failing or any(self.lost.values()))

    @property
    def told(self) -> list[str]:
        """For people and roles."""
        told = (
            [f"{_named(self.failing)} failed, and did not before the change"]
            if self.failing
            else []
        )
        return told + [
            f"{_named(names)} passed before the change and {'is' if len(names) == 1 else 'are'} {word}"
            for word, names in self.lost.items()
            if names
        ]

    @property
    def unseen(self) -> tuple[str, ...]:
        known = f"{_named(self.known)} failed before the change too" if self.known else ""
        went = f"{_named(self.went)} went with their file, as was asked" if self.went else ""
        return tuple(filter(None, (known, went)))


def worse(was: Cases, now: Cases, may_go: tuple[str, ...]) -> Worse:
    """Compares the tests of two states of a product."""
    lost: dict[str, list[str]] = {word: [] for word in LOST.values()}
    went: list[str] = []
    passed = [name for name, (outcome, _) in was.items() if outcome == "passed"]
    failing = [n for n, (outcome, _) in now.items() if outcome == "failed" and not _failed(was, n)]
    for name in passed:
        outcome = now[name][0] if name in now else "gone"
        if outcome == "gone" and name.partition("::")[0] in may_go:
            went.append(name)
        elif outcome in LOST:
            lost[LOST[outcome]].append(name)
    known = tuple(name for name in now if now[name][0] == "failed" and _failed(was, name))
    return Worse(
        tuple(failing), {word: tuple(names) for word, names in lost.items()}, known, tuple(went)
    )


def _failed(cases: Cases, name: str) -> bool:
    return name in cases and cases[name][0] == "failed"


def cases_of(report: Report | None) -> Cases | None:
    """What became of each test; None where single ones are not known."""
    if report is None or not (report.each or not report.collected):
        return None
    return {
        _ADDRESS.sub("0x…", name): (outcome, report.said.get(name, ""))
        for name, outcome in report.each.items()
    }


def may_go(task: str, tests: Iterable[str]) -> tuple[str, ...]:
    """The files of tests that a customer asks, in so many words, to be removed."""
    if not re.search(r"\b(?:remove|delete|drop)", task, re.IGNORECASE):
        return ()
    names = {path: {path, PurePosixPath(path).name} for path in tests}
    words = set(re.split(r"[\s,;:`'\"()]+", task)) | set(re.split(r"[\s,;:`'\"().]+(?=\s|$)", task))
    return tuple(path for path, known in names.items() if not known.isdisjoint(words))


def by_their_end(check: CheckRecord, before: CheckRecord) -> CheckRecord:
    """Tests of which only the end is known, or how many of them passed."""
    counted = (check.tests.passed, before.tests.passed) if check.tests and before.tests else (0, 0)
    fewer = counted[1] - counted[0]
    if fewer > 0:
        return replace(
            check, ok=False, remark=f"{check.remark}, {fewer:,} fewer than before the change"
        )
    if check.ok is True:
        return check
    if before.ok is True:
        return replace(check, ok=False, remark=f"{check.remark}, {UNLIKE_BEFORE}")
    more = check.tests and before.tests and check.tests.failed > before.tests.failed
    return check if more else replace(check, ok=None, remark=f"{check.remark}, {AS_BEFORE}")


def _named(names: tuple[str, ...]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
