"""Acceptance checks: what a customer would try out on the delivered product, in the sandbox.

Each check has a sandbox of its own, with the product's files and those the check gives. Where a
given file and one of the product's are in each other's way, the given one is there: a company
could not know of it, and a customer's own file is what a customer would use. The product's file is
then named in the reason, should the check fail.
"""

import shlex
import time
from collections.abc import Mapping, Sequence

from company.acceptance.check_card import CheckCard, Command
from company.acceptance.expectations import fault_of_file, fault_of_text, quoted
from warehouse.errors import SandboxError
from warehouse.events import CheckOutcome
from warehouse.sandbox.dependencies import install_dependencies
from warehouse.sandbox.sandbox import CommandResult, Dependencies, Sandbox, SandboxBackend
from warehouse.sandbox.stacks.cards import detect_stack
from warehouse.sandbox.stacks.stack import Stack

SHOWN_COMMAND = 120
LONGEST_REASON = 1_000
NOT_STARTED = (126, 127)
SIGNALS = range(129, 193)
"""Exit codes of programs that a signal ended: 128 and the signal's number."""


async def check_acceptance(
    files: Mapping[str, bytes], checks: Sequence[CheckCard], backend: SandboxBackend
) -> list[CheckOutcome]:
    """How each check goes, in their order; the first unmet expectation ends a check.

    Whatever the product does is an outcome. Raises SandboxError where no sandbox can be started.
    """
    if not checks:
        return []
    stack = detect_stack(files)
    dependencies = None
    if stack is not None:
        installed = await install_dependencies(stack, files, backend)
        if not installed.ok:
            reason = f"its dependencies could not be installed: {_end_of(installed.output)}"
            return [CheckOutcome(check.name, False, reason, 0.0) for check in checks]
        dependencies = installed.dependencies
    return [await _outcome(check, files, backend, stack, dependencies) for check in checks]


async def _outcome(
    check: CheckCard,
    files: Mapping[str, bytes],
    backend: SandboxBackend,
    stack: Stack | None,
    dependencies: Dependencies | None,
) -> CheckOutcome:
    started = time.monotonic()
    provided = {path: text.encode() for path, text in check.given.items()}
    own = {path: data for path, data in files.items() if not _in_the_way(path, provided)}
    async with await backend.open({}, stack=stack, dependencies=dependencies) as sandbox:
        try:
            await sandbox.write({**own, **provided})
            reason = await first_fault(check.steps, sandbox)
        except (SandboxError, OSError) as error:
            reason = f"the sandbox could not go on: {error}"
    if reason and len(own) < len(files):
        replaced = ", ".join(sorted(files.keys() - own.keys()))
        reason = f"{reason} (the product's own {replaced} had made way for the check's)"
    seconds = round(time.monotonic() - started, 3)
    return CheckOutcome(check.name, not reason, reason[:LONGEST_REASON], seconds)


def _in_the_way(path: str, provided: Mapping[str, bytes]) -> bool:
    """Whether a file cannot be there beside the given ones: it is one, or one is its folder."""
    return any(
        path == other or path.startswith(f"{other}/") or other.startswith(f"{path}/")
        for other in provided
    )


async def first_fault(steps: Sequence[Command], sandbox: Sandbox) -> str:
    """The first thing that is not as it is expected of these commands; empty where all is."""
    for step in steps:
        if fault := await _fault_of_step(step, sandbox):
            command = shlex.join(step.argv)
            shown = command if len(command) <= SHOWN_COMMAND else f"{command[:SHOWN_COMMAND]}…"
            return f"`{shown}`: {fault}"
    return ""


async def _fault_of_step(step: Command, sandbox: Sandbox) -> str:
    argv = step.argv
    if argv[0] == "python":
        argv[0] = "python3"  # not every system has the short name, and customers write it
    result = await sandbox.exec(argv, stdin=step.stdin.encode(), seconds=step.seconds)
    if fault := _fault_of_ending(result, step):
        return fault
    texts = {
        "standard output": (step.stdout, result.stdout),
        "standard error": (step.stderr, result.stderr),
        "the output": (step.output, result.stdout + result.stderr),
    }
    for about, (expected, text) in texts.items():
        if expected is not None and (fault := await fault_of_text(text, expected)):
            cut = "; it was too long to be kept whole" if result.truncated else ""
            return f"{about} {fault}{cut}"
    left = await sandbox.read(list(step.files)) if step.files else {}
    for path, expected_file in step.files.items():
        if fault := await fault_of_file(left.get(path), expected_file):
            return f"the file {path} {fault}"
    return ""


def _fault_of_ending(result: CommandResult, step: Command) -> str:
    if result.timed_out:
        return f"did not end within {step.seconds:g} s"
    if result.out_of_memory:
        return "used up the memory of the sandbox"
    code, expected = result.exit_code, step.exit_code
    if code in NOT_STARTED and f"{result.argv[0]}: " in result.stderr and not result.stdout:
        return f"cannot be started: {_end_of(result.stderr)}"
    if code == expected or (expected is None and code not in SIGNALS):
        return ""
    ending = f"killed by signal {code - 128}" if code in SIGNALS else f"exit code {code}"
    expected_ending = "an exit code of its own" if expected is None else f"exit code {expected}"
    last_words = f"; it ends with {_end_of(words)}" if (words := result.stderr.strip()) else ""
    return f"{ending}, not {expected_ending}{last_words}"


def _end_of(output: str) -> str:
    """The last line of what was printed: of a traceback, the error itself."""
    return quoted(output.strip().rsplit("\n", 1)[-1])
