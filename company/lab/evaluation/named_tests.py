"""The tests that a task names, run on the delivered product, each with an outcome of its own.

They are the customer's: what belongs to tests is put back to what it was, with the customer's patch on
it, so a company that rewrote them is judged by them all the same.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from company.acceptance.checking import first_fault
from company.acceptance.expectations import quoted
from company.engine.context.inspection import Inspection
from company.lab.tasks.task_card import TaskCard
from warehouse.events import CheckOutcome
from warehouse.sandbox.dependencies import install_dependencies
from warehouse.sandbox.sandbox import CommandResult, Sandbox, SandboxBackend, usual_limits
from warehouse.sandbox.stacks.cards import stacks
from warehouse.sandbox.stacks.stack import Stack
from warehouse.sandbox.test_report import read_report

SECONDS = 600.0
"""Wall-clock time of all tests of one language."""
REPORT_KB = 8 * 1024
"""Of a report that names each of many tests."""
LONGEST_REASON = 1_000
GROUPS = re.compile(r"::|\[| > ")
"""What stands between a group of tests and what is in it: a file, a class, a `describe`, parameters."""
WORDS = {
    "failed": "it failed",
    "skipped": "it was skipped",
    "xfailed": "it failed, as it is marked to",
}


@dataclass(frozen=True)
class Ran:
    """What became of tests: the outcomes of each name and each group, or why there are none."""

    outcomes: Mapping[str, set[str]]
    reason: str = ""

    def fault(self, test: str, *, may_be_marked: bool) -> str:
        """Why a test, or a group of them, has not passed; empty where it has."""
        found = self.outcomes.get(test)
        if not found:
            return f"it was not run{self.reason and ': '}{self.reason}"
        good = {"passed", "xfailed"} if may_be_marked else {"passed"}
        bad = "failed" in found or not good & found
        return WORDS[min(found)] if bad else ""


def file_of(test: str) -> str:
    """The file that a test is in, by its name; all of the name, where it says none."""
    return test.partition("::")[0]


async def check_tests(
    files: Mapping[str, bytes], task: TaskCard, backend: SandboxBackend
) -> list[CheckOutcome]:
    """How each test that a task names goes on a product that holds the customer's tests.

    Raises SandboxError where no sandbox can be started.
    """
    if not task.tests:
        return []
    parts = [
        await _run(stack, tests, files, task, backend)
        for stack, tests in _by_stack(files, task.tests)
    ]
    outcomes: dict[str, set[str]] = {}
    for part in parts:
        for name, found in part.outcomes.items():
            outcomes.setdefault(name, set()).update(found)
    ran = Ran(outcomes, "; ".join(part.reason for part in parts if part.reason))
    return [
        CheckOutcome(test, not reason, reason[:LONGEST_REASON], kind=kind)
        for kind in ("fail_to_pass", "pass_to_pass")
        for test in getattr(task, kind)
        for reason in [ran.fault(test, may_be_marked=kind == "pass_to_pass")]
    ]


def _by_stack(
    files: Mapping[str, bytes], tests: Iterable[str]
) -> list[tuple[Stack, Sequence[str]]]:
    """The languages of the tests, each with the files that hold them; all of them where one is named
    without its file."""
    named = set(map(file_of, tests))
    by_stack = [(stack, stack.sources(named & files.keys())) for stack in stacks().values()]
    found: list[tuple[Stack, Sequence[str]]] = [each for each in by_stack if each[1]]
    sources = {path for stack in stacks().values() for path in stack.sources(named)}
    main = Inspection(files).stack
    if main is None or named <= sources:
        return found
    return [(main, ()), *((stack, there) for stack, there in found if stack is not main)]


async def _run(
    stack: Stack,
    tests: Sequence[str],
    files: Mapping[str, bytes],
    task: TaskCard,
    backend: SandboxBackend,
) -> Ran:
    texts = Inspection(files).texts
    if runner := stack.code.foreign_runner(texts):
        return Ran({}, f"it is run by {runner}, which no sandbox has")
    command = stack.naming_test_run(texts, tests)
    if not command:
        return Ran({}, f"nothing here reports on single tests of {stack.title}")
    installed = await install_dependencies(stack, files, backend)
    if not installed.ok:
        return Ran({}, f"the dependencies could not be installed: {_end_of(installed.output)}")
    limits = replace(usual_limits(stack), output_kb=REPORT_KB)
    async with await backend.open(
        files, stack=stack, dependencies=installed.dependencies, limits=limits
    ) as sandbox:
        if fault := await first_fault(task.setup, sandbox):
            return Ran({}, fault)
        return await _reported(command, sandbox)


async def _reported(command: Sequence[str], sandbox: Sandbox) -> Ran:
    result = await sandbox.exec(command, seconds=SECONDS)
    report = read_report(result.stdout)
    if report is None:
        return Ran({}, _ending(result))
    groups: dict[str, set[str]] = {}
    for name, outcome in report.each.items():
        for around in (*(name[: match.start()] for match in GROUPS.finditer(name)), name):
            groups.setdefault(around, set()).add(outcome)
    return Ran(groups, report.doubt)


def _ending(result: CommandResult) -> str:
    if result.timed_out:
        return f"the tests did not end within {SECONDS:g} s"
    if result.out_of_memory:
        return "the tests used up the memory of the sandbox"
    said = _end_of(result.stderr)
    return (
        f"the tests ended with exit code {result.exit_code} and no report; the last line is {said}"
    )


def _end_of(output: str) -> str:
    return quoted(output.strip().rsplit("\n", 1)[-1])
