"""What a command run on the product says of it: a fault that was seen, something that held, or nothing.

Nobody is there to answer a program, to give it arguments or to look at it. What such a program does then
proves no fault: a filter that prints nothing, a menu that asks on and on, a tool that wants arguments and
says so in a language of its own are unseen, not failed. Tests are judged by the report on them.
"""

import re
import shlex
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from company.engine.context.inspection import Inspection
from warehouse.data.copy.delivered.check_sql import FAULTS, UNSEEN
from warehouse.events import CheckRecord, CommandResult, Sighting, SuiteCounts
from warehouse.sandbox.stacks.stack import SUPERVISED, Stack
from warehouse.sandbox.test_report import Report, read_report

SHOWN_OUTPUT = 4_000
"""Characters of a check's output that are kept, from its end."""
USAGE_EXIT_CODES = (1, 2, 64)
NO_SUCH_PROGRAM = 127
SQL = "sql"
FITS: Mapping[int, bool | None] = {0: True, FAULTS: False, UNSEEN: None}
"""What the exit code says of a program's SQL that was held against a schema."""
_NOT_FOUND = re.compile(r"(?<![\w+.-])([\w+.-]+): not found")
"""What a shell says of the same."""
_NOT_THERE = re.compile(
    r"(?:^make(?:\[\d{1,3}\])?: |No module named '?)([\w+.-]{1,100})(?:: No such file|'|$)",
    re.MULTILINE,
)
"""What make, and Python, say of it."""
Verdict = tuple[bool | None, str]
"""Whether it holds, None where that was not to be seen, and what the outcome means in words."""


def judge(
    name: str,
    result: CommandResult,
    stack: Stack,
    inspection: Inspection,
    tests: Sequence[str] | None = None,
) -> CheckRecord:
    """The check of that name, by how its command ended; `tests` are the files of tests, if only some."""
    if name == "lint" or (name == "tests" and result.argv[0] == "sh"):
        return _check(name, result, *_of_the_project(result))
    if name == "tests":
        return judge_tests(result, stack, inspection.texts, tests or inspection.tests)
    if name == SQL:
        return _check(name, result, *_names_in_sql(result))
    if name in _RUN:
        return _check(name, result, *_RUN[name](result, stack, inspection))
    return _check(name, result, *_compilation(result, stack, inspection))


def sighted(sighting: Sighting) -> CheckRecord:
    """The check of a start that a witness saw."""
    return CheckRecord(
        name="start",
        command=_shown(sighting.command),
        ok=sighting.holds,
        exit_code=sighting.exit_code,
        seconds=round(sighting.seconds, 3),
        output=sighting.output[-SHOWN_OUTPUT:],
        remark=sighting.how,
        pictures=sighting.pictures,
        unseen=sighting.unseen,
    )


def unseen_tests(inspection: Inspection) -> tuple[CheckRecord, ...]:
    """The check of tests that nobody here can run, if the product has such."""
    runner = inspection.foreign_runner
    if runner is None:
        return ()
    return (CheckRecord("tests", remark=f"run by {runner}, which this sandbox does not have"),)


def failed_installation(stack: Stack, output: str, lacks: str) -> CheckRecord:
    """The check of an installation that did not come about, or could not be tried for want of something."""
    return CheckRecord(
        name="install",
        command=shlex.join(stack.dependencies.fetch if stack.dependencies else ()),
        ok=None if lacks else False,
        exit_code=1,
        seconds=0.0,
        output=output[-SHOWN_OUTPUT:],
        remark=lacks or "its dependencies could not be installed",
    )


def _compilation(result: CommandResult, stack: Stack, inspection: Inspection) -> Verdict:
    if result.exit_code == 0:
        return True, ""
    if result.exit_code == NO_SUCH_PROGRAM and result.argv[0] in (*stack.needs, "sh"):
        missing = _NOT_FOUND.search(result.stderr)
        return None, f"{missing[1] if missing else result.argv[0]} is not in this sandbox"
    said = result.stderr
    if need := stack.outcome.missed(said) or stack.code.missed(inspection.texts, said):
        return None, f"needs {need}, which this sandbox does not have"
    return False, "the code does not hold together"


def _names_in_sql(result: CommandResult) -> Verdict:
    """Whether statements name what a schema has, by the last line of who looked at them."""
    told = result.stdout.strip().rpartition("\n")[2]
    if result.exit_code in FITS:
        return FITS[result.exit_code], told
    return None, f"what its SQL names could not be read: {_ending(result)}"


def _of_the_project(result: CommandResult) -> Verdict:
    """A command that a project names itself, of which only the end is known."""
    if result.timed_out:
        return False, f"did not end within {result.seconds:.0f} s"
    if result.exit_code == 0:
        return True, ""
    if missing := _NOT_FOUND.search(result.stderr) or _NOT_THERE.search(result.stderr):
        return None, f"{missing[1]} is not in this sandbox"
    return False, _ending(result)


def _start(result: CommandResult, stack: Stack, inspection: Inspection) -> Verdict:
    if result.timed_out:
        return _still_running(result, stack, inspection)
    if result.out_of_memory:
        return False, "used up the memory of the sandbox"
    output = (result.stdout + result.stderr).strip()
    if result.exit_code == 0:
        return (True, "") if output else (None, "ends without a word when it is given nothing")
    if stack.outcome.asked_for_input(result.exit_code, result.stderr):
        return True, "asks for input"
    if need := stack.outcome.missed(result.stderr):
        return None, f"needs {need}, which this sandbox does not have"
    if result.exit_code not in USAGE_EXIT_CODES or stack.outcome.broke(output):
        return False, _ending(result)
    if stack.outcome.told_usage(output):
        return True, "asks for arguments"
    return (
        None,
        f"ends with {_ending(result)} when it is given nothing, and with no sign of a fault",
    )


def _import(result: CommandResult, stack: Stack, _: Inspection) -> Verdict:
    if result.exit_code == 0 and not result.timed_out:
        return True, ""
    if need := stack.outcome.missed(result.stderr):
        return None, f"needs {need}, which this sandbox does not have"
    return False, f"did not end within {result.seconds:.0f} s" if result.timed_out else _ending(
        result
    )


_RUN = {"start": _start, "import": _import}
"""Checks in which the program itself is run."""


def _still_running(result: CommandResult, stack: Stack, inspection: Inspection) -> Verdict:
    if stack.long_running_imports(inspection.texts):
        return True, f"still running after {result.seconds:.0f} s, as it should"
    return None, f"still running after {result.seconds:.0f} s, with nobody to answer it"


def judge_tests(
    ran: CommandResult, stack: Stack, texts: Mapping[str, str], tests: Sequence[str]
) -> CheckRecord:
    """The check of these files of tests by the report on them; by the exit code where a stack, or an
    older journal, has none."""
    result = replace(ran, argv=stack.test_run(texts, tests).command)
    if result.timed_out:
        return _check("tests", result, False, f"did not end within {result.seconds:.0f} s")
    if result.out_of_memory:
        return _check("tests", result, False, "used up the memory of the sandbox")
    if ran.argv[: len(SUPERVISED)] != SUPERVISED:
        remark = "" if result.exit_code == 0 else _ending(result)
        return _check("tests", result, not remark, remark)
    report = read_report(result.stdout)
    if report is None and result.exit_code == NO_SUCH_PROGRAM:
        return _check("tests", result, None, result.stderr.strip().rpartition("\n")[2])
    if report is None:
        return _check("tests", result, False, f"no report on them, {_ending(result)}")
    written = sum(stack.code.test_cases(texts[path]) for path in tests)
    counts = report.counts(written)
    ok, remark = _by_report(report, counts)
    return _check("tests", result, ok, remark, counts)


def _by_report(report: Report, counts: SuiteCounts) -> Verdict:
    if not counts.collected and not counts.not_run and not report.doubt:
        return False, "the test files hold no tests"
    if report.doubt and not counts.failed:
        return False, f"not believed: {report.doubt}"
    told = _told(counts)
    if counts.failed:
        return False, told
    return (True, told) if counts.passed else (None, f"none of them passed: {told}")


def _told(counts: SuiteCounts) -> str:
    """`3 of 4 passed, 1 skipped`."""
    total = counts.passed + counts.failed + counts.skipped
    words = [f"{counts.passed} of {total} passed"]
    words += [f"{counts.failed} failed"] if counts.failed else []
    words += [f"{counts.skipped} skipped"] if counts.skipped else []
    words += [f"{counts.not_run} found but not run"] if counts.not_run else []
    return ", ".join(words)


def _ending(result: CommandResult) -> str:
    if result.exit_code > 128:
        return f"killed by signal {result.exit_code - 128}"
    return f"exit code {result.exit_code}"


def _shown(argv: Sequence[str]) -> str:
    """A command as people and roles read it: whole programs given as an argument are left out."""
    return " ".join("…" if "\n" in word else shlex.quote(word) for word in argv)


def _check(
    name: str,
    result: CommandResult,
    ok: bool | None,
    remark: str,
    counts: SuiteCounts | None = None,
) -> CheckRecord:
    """Where there is a report, standard output holds it, and standard error all that was printed."""
    printed = (result.stderr,) if counts else (result.stdout, result.stderr)
    output = "\n".join(part.strip() for part in printed if part.strip())
    return CheckRecord(
        name=name,
        command=_shown(result.argv),
        ok=ok,
        exit_code=result.exit_code,
        seconds=round(result.seconds, 3),
        output=output[-SHOWN_OUTPUT:],
        timed_out=result.timed_out,
        out_of_memory=result.out_of_memory,
        remark=remark,
        tests=counts,
    )
