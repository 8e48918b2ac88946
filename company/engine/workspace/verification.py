"""Verifying the product in the sandbox: its syntax, its start, its tests. Exit codes, no opinions.

A program that asks for input or arguments and gets none has started well; one that is still
running when time is up is well only if it is a window or a server; everything else is judged by
its exit code.
"""

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from company.engine.context.inspection import Inspection
from company.engine.effects import Effects
from company.engine.state import State
from company.engine.workspace.execution import Execution
from warehouse.errors import SandboxError
from warehouse.events import CheckRecord, CommandResult, SandboxResult
from warehouse.events.effect import SANDBOX
from warehouse.sandbox.dependencies import install_dependencies
from warehouse.sandbox.sandbox import SandboxBackend
from warehouse.sandbox.stacks.stack import Stack

START_SECONDS = 10.0
TEST_SECONDS = 60.0
SHOWN_OUTPUT = 4_000
"""Characters of a check's output that are kept, from its end."""
USAGE_EXIT_CODES = (1, 2, 64)
BUILD_SECONDS = 120.0
"""For each of checking and building a program that must be compiled."""
NO_SUCH_PROGRAM = 127


@dataclass(frozen=True)
class Workbench:
    """Where a run's product is verified: the sandbox it was ordered with, `none` for nowhere.

    The backend is only there while something may be performed; recalling needs the name alone.
    """

    sandbox: str
    backend: SandboxBackend | None

    def require(self) -> SandboxBackend:
        """The backend. Raises SandboxError where it is not there."""
        if self.backend is None:
            raise SandboxError(f"The sandbox {self.sandbox} this run works with is not there.")
        return self.backend


async def verify(effects: Effects, where: str, state: State, workbench: Workbench) -> Execution:
    """Check, start and test the product; the same files are never run twice in a row."""
    tree = digest_of_files(state.files)
    if state.execution is not None and state.execution.tree == tree:
        return state.execution
    inspection = state.inspection
    stack = inspection.stack
    if workbench.sandbox == "none":
        return Execution(tree, (), "nothing was run: there is no sandbox")
    if stack is None:
        return Execution(tree, (), "nothing was run: there is no stack for its language")
    commands = _commands(stack, inspection)
    request = {
        "backend": workbench.sandbox,
        "tree": tree,
        "stack": stack.name,
        "commands": commands,
    }

    async def act() -> SandboxResult:
        return await _run(workbench.require(), stack, state.files, commands)

    result = await effects.perform(SANDBOX, where, request, act)
    if result.install is not None:
        return Execution(tree, (_failed_installation(stack, result.install),))
    checks = tuple(
        _judge(name, command, stack, inspection) for name, command in result.results.items()
    )
    return Execution(tree, checks)


def digest_of_files(files: Mapping[str, bytes]) -> str:
    """What makes two states of a product the same."""
    digest = hashlib.sha256()
    for path, content in sorted(files.items()):
        digest.update(f"{len(path.encode())} {path} {len(content)} ".encode())
        digest.update(content)
    return digest.hexdigest()[:24]


def _commands(stack: Stack, inspection: Inspection) -> dict[str, list[str]]:
    texts = inspection.texts
    commands = {"syntax": stack.check_argv(texts)}
    if inspection.tests:
        commands["tests"] = stack.test_argv(texts)
    if inspection.main:
        commands["build"] = stack.build_argv(inspection.main)
        commands["start"] = stack.start_argv(inspection.main)
    return {name: argv for name, argv in commands.items() if argv}


async def _run(
    backend: SandboxBackend,
    stack: Stack,
    files: Mapping[str, bytes],
    commands: Mapping[str, list[str]],
) -> SandboxResult:
    """Install what is needed, then run the commands until the program does not compile."""
    installed = await install_dependencies(stack, files, backend)
    if not installed.ok:
        return SandboxResult(installed.output, {})
    results: dict[str, CommandResult] = {}
    async with await backend.open(
        files, stack=stack, dependencies=installed.dependencies
    ) as sandbox:
        for name, argv in commands.items():
            results[name] = await sandbox.exec(argv, seconds=_seconds(name, stack))
            if name in ("syntax", "build") and results[name].exit_code != 0:
                break
    return SandboxResult(None, results)


def _seconds(name: str, stack: Stack) -> float:
    if name == "tests":
        return TEST_SECONDS
    compiles = stack.build and name in ("syntax", "build")
    return BUILD_SECONDS if compiles else START_SECONDS


def _failed_installation(stack: Stack, output: str) -> CheckRecord:
    return CheckRecord(
        name="install",
        command=shlex.join(stack.dependencies.fetch if stack.dependencies else ()),
        ok=False,
        exit_code=1,
        seconds=0.0,
        output=output[-SHOWN_OUTPUT:],
        remark="its dependencies could not be installed",
    )


def _judge(name: str, result: CommandResult, stack: Stack, inspection: Inspection) -> CheckRecord:
    judged = {
        "syntax": _judge_syntax,
        "build": _judge_syntax,
        "start": _judge_start,
        "tests": _judge_tests,
    }
    ok, remark = judged[name](result, stack, inspection)
    return _check(name, result, ok, remark)


def _judge_syntax(result: CommandResult, stack: Stack, _: Inspection) -> tuple[bool | None, str]:
    if result.exit_code == NO_SUCH_PROGRAM and result.argv[0] in stack.needs:
        return None, f"{result.argv[0]} is not in this sandbox"
    return (True, "") if result.exit_code == 0 else (False, "the code does not hold together")


def _judge_start(
    result: CommandResult, stack: Stack, inspection: Inspection
) -> tuple[bool | None, str]:
    long_running = stack.long_running_imports(inspection.texts)
    if result.timed_out:
        if long_running:
            return True, f"still running after {result.seconds:.0f} s, as it should"
        return False, f"did not end within {result.seconds:.0f} s with no input"
    if result.out_of_memory:
        return False, "used up the memory of the sandbox"
    if result.exit_code == 0:
        output = (result.stdout + result.stderr).strip()
        return (True, "") if output else (None, "it ends without a word, which proves nothing")
    if "no display" in result.stderr or "couldn't connect to display" in result.stderr:
        return None, "needs a display, which this sandbox does not have"
    if stack.outcome.asked_for_input(result.stderr):
        return True, "asks for input"
    shows_usage = stack.outcome.told_usage(result.stdout + result.stderr)
    if result.exit_code in USAGE_EXIT_CODES and shows_usage:
        return True, "asks for arguments"
    return False, _ending(result)


def _judge_tests(result: CommandResult, stack: Stack, _: Inspection) -> tuple[bool | None, str]:
    if result.timed_out:
        return False, f"did not end within {result.seconds:.0f} s"
    if result.out_of_memory:
        return False, "used up the memory of the sandbox"
    if stack.outcome.had_no_tests(result.exit_code, result.stdout + result.stderr):
        return False, "the test files hold no tests"
    return (True, "") if result.exit_code == 0 else (False, _ending(result))


def _ending(result: CommandResult) -> str:
    if result.exit_code > 128:
        return f"killed by signal {result.exit_code - 128}"
    return f"exit code {result.exit_code}"


def _shown(argv: Sequence[str]) -> str:
    """A command as people and roles read it: whole programs given as an argument are left out."""
    return " ".join("…" if "\n" in word else shlex.quote(word) for word in argv)


def _check(name: str, result: CommandResult, ok: bool | None, remark: str) -> CheckRecord:
    output = "\n".join(part.strip() for part in (result.stdout, result.stderr) if part.strip())
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
    )
