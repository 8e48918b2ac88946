"""How a customer's program stood before the first word, and what a change of it has made worse.

What failed or could not be run before, and still does, is no fault of the change. What was seen to hold
before, and is not seen to hold now, is: tests are compared one by one, by name.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from company.engine.workspace.execution import Execution
from company.engine.workspace.tests_compared import (
    AS_BEFORE,
    UNLIKE_BEFORE,
    Cases,
    by_their_end,
    cases_of,
    worse,
)
from warehouse.events import BaselineTaken, CheckRecord, CommandResult
from warehouse.sandbox.test_report import Report, read_report

MOST_TOLD, LONGEST_TOLD = 5, 800
"""Tests of whose failure the words are kept, and how many characters of them, from their end."""
ENDING = ("tests", "build", "lint")
"""Commands that have to come to an end; a program may well run on."""
STOPPING = frozenset({"syntax", "sql", "build"})
"""Where one of these does not hold, the rest is not tried, unless it did not hold before."""
_LINE_NUMBER = re.compile(r":\d{1,9}(?::\d{1,9})?(?=[:\s])")
_WANTS = {
    "the network": r"socket\.gaierror|Errno 101|NameResolutionError|Temporary failure in name|EAI_AGAIN",
    "a server": r"Connection refused|ECONNREFUSED|could not connect to server",
}


@dataclass(frozen=True)
class Checked:
    """One state of a product: its checks as they are judged for themselves, and what was printed."""

    execution: Execution
    results: Mapping[str, CommandResult] = field(default_factory=dict)

    @property
    def checks(self) -> dict[str, CheckRecord]:
        """The checks by name."""
        return {check.name: check for check in self.execution.checks}

    @property
    def report(self) -> Report | None:
        """The report on its tests, where there is one."""
        return read_report(self.results["tests"].stdout) if "tests" in self.results else None

    @property
    def findings(self) -> Counter[str]:
        """What the check of its syntax found, without the numbers of lines."""
        syntax = self.results.get("syntax")
        printed = f"{syntax.stdout}\n{syntax.stderr}" if syntax else ""
        lines = (_LINE_NUMBER.sub("", line.strip()) for line in printed.splitlines())
        return Counter(filter(None, lines))


@dataclass(frozen=True)
class Baseline:
    """A customer's program as it came."""

    before: Checked
    may_go: tuple[str, ...] = ()
    """What the customer said: a file of tests that is named there may go with its tests."""

    @property
    def tree(self) -> str:
        """Digest of its files."""
        return self.before.execution.tree

    @property
    def endless(self) -> frozenset[str]:
        """The commands that came to no end, and are not run again."""
        results = self.before.results
        return frozenset(name for name in ENDING if name in results and results[name].timed_out)

    @property
    def broken(self) -> frozenset[str]:
        """The checks that did not hold: nothing waits for them."""
        return frozenset(name for name, check in self.before.checks.items() if not check.ok)

    @property
    def failed_tests(self) -> tuple[str, ...]:
        """The tests that were run and failed."""
        cases = cases_of(self.before.report) or {}
        return tuple(name for name, (outcome, _) in cases.items() if outcome == "failed")

    def as_event(self, hints: tuple[str, ...]) -> BaselineTaken:
        """As the journal holds it."""
        execution = self.before.execution
        return BaselineTaken(execution.summary, execution.checks, self.failed_tests, hints)

    def judged(self, now: Checked, files: Iterable[str]) -> Execution:
        """A later state of the product, which holds these files, against this one."""
        before = self.before.checks
        stops = STOPPING - self.broken
        stopped = any(check.ok is False for check in now.execution.checks if check.name in stops)
        checks = [self._judged(check, now, frozenset(files)) for check in now.execution.checks]
        for name, check in before.items():
            if name in now.checks or stopped:
                continue
            if name in self.endless:
                checks.append(replace(check, ok=None, remark=f"{check.remark}, {AS_BEFORE}"))
            elif gone := self._gone(check, now, frozenset(files)):
                checks.append(gone)
        return now.execution.with_checks(tuple(checks))

    def _judged(self, check: CheckRecord, now: Checked, files: frozenset[str]) -> CheckRecord:
        before = self.before.checks.get(check.name)
        if check.name == "tests" and before is not None:
            return self._tests(check, before, now, files)
        if before is None or check.ok is True:
            unknown = check.name == "lint" and check.ok is False
            return replace(check, ok=None, remark="nobody ran it before") if unknown else check
        if before.ok is True:
            return replace(check, remark=f"{check.remark}, which it did not before the change")
        if check.ok is None or (before.ok is None and check.name != "lint"):
            return check
        new = now.findings - self.before.findings if check.name == "syntax" else None
        if new:
            found = [
                line for line in check.output.splitlines() if _LINE_NUMBER.sub("", line) in new
            ]
            return replace(check, output="\n".join(found) or check.output)
        return replace(check, ok=None, remark=f"{check.remark}, {AS_BEFORE}")

    def _gone(self, before: CheckRecord, now: Checked, files: frozenset[str]) -> CheckRecord | None:
        """What is told of a check that cannot be made any more."""
        if before.name == "tests":
            return self._tests(replace(before, ok=None, output="", tests=None), before, now, files)
        replaced = before.name == "import" and "start" in now.checks
        if before.ok is not True or before.name not in ("start", "import", "build") or replaced:
            return None
        return replace(
            before,
            ok=False,
            output="",
            pictures=(),
            remark="it did before the change; now nothing is there to be tried",
        )

    def _tests(
        self, check: CheckRecord, before: CheckRecord, now: Checked, files: frozenset[str]
    ) -> CheckRecord:
        was, after = cases_of(self.before.report), cases_of(now.report)
        if was is None:
            return by_their_end(check, before)
        if after is None and "tests" in now.results and _some_passed(was):
            return replace(check, ok=False, remark=f"{check.remark}, {UNLIKE_BEFORE}")
        return _compared(check, before, was, after or {}, self._allowed_to_go(files))

    def some_tests(self, check: CheckRecord, ran: CommandResult) -> CheckRecord:
        """The check of some of the tests, against what these were; nothing is told of the others."""
        was, after = cases_of(self.before.report), cases_of(read_report(ran.stdout))
        before = self.before.checks.get("tests")
        if was is None or after is None or before is None:
            return check
        there = {name: case for name, case in was.items() if name in after}
        return _compared(check, before, there, after, ())

    def _allowed_to_go(self, files: frozenset[str]) -> tuple[str, ...]:
        """Files of tests that are gone, as the customer asked in so many words."""
        return tuple(path for path in self.may_go if path not in files)


def _compared(
    check: CheckRecord, before: CheckRecord, was: Cases, now: Cases, may_go: tuple[str, ...]
) -> CheckRecord:
    """A check of tests, judged by what has become worse of them."""
    change = worse(was, now, may_go)
    if change.new_failures:
        said = [now[name][1][-LONGEST_TOLD:] for name in change.failing if now[name][1]]
        output = "\n\n".join(said[:MOST_TOLD]) or check.output
        return replace(check, ok=False, remark="; ".join(change.told), output=output)
    doubtful = check.ok is False and check.tests is not None and not check.tests.failed
    if doubtful and before.ok is not False:
        return check
    unseen = (*check.unseen, *change.unseen)
    if doubtful or not _some_passed(now):
        remark = f"{check.remark}, {AS_BEFORE}{_wanting(check)}"
        return replace(check, ok=None, remark=remark, unseen=unseen)
    return replace(check, ok=True, unseen=unseen)


def _some_passed(cases: Cases) -> bool:
    return any(outcome == "passed" for outcome, _ in cases.values())


def _wanting(check: CheckRecord) -> str:
    """What tests seem to want that no sandbox has, where that shows."""
    wants = (want for want, sign in _WANTS.items() if re.search(sign, check.output))
    want = next(wants, None)
    return f": it needs {want}, which this sandbox does not have" if want else ""
