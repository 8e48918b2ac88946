"""Verifying the product in the sandbox: its syntax, its tests and its start, as effects."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial

from company.engine.context.inspection import Inspection
from company.engine.effects import Effects
from company.engine.state import State
from company.engine.workspace.acceptance import with_acceptance
from company.engine.workspace.attachments import keep_picture
from company.engine.workspace.baseline import Baseline, Checked
from company.engine.workspace.execution import Execution
from company.engine.workspace.judgement import (
    SQL,
    failed_installation,
    judge,
    sighted,
    unseen_tests,
)
from company.engine.workspace.manner import A_NEW_PROGRAM, Manner, after
from company.engine.workspace.workbench import Workbench
from warehouse.data.copy.supplied import sql_check
from warehouse.events import CheckRecord, CommandResult, SandboxResult
from warehouse.events.effect import SANDBOX
from warehouse.sandbox.dependencies import InstallResult, install_dependencies
from warehouse.sandbox.sandbox import SandboxBackend
from warehouse.sandbox.stacks.cards import language_without_card
from warehouse.sandbox.stacks.folder import beside
from warehouse.sandbox.stacks.stack import Stack
from warehouse.sandbox.witness.registry import witnessed
from warehouse.sandbox.witness.witness import Keep, Start

START_SECONDS = 10.0
TEST_SECONDS = 60.0
BUILD_SECONDS = 120.0
"""For each of checking and building a program that must be compiled."""


async def verify(effects: Effects, where: str, state: State, workbench: Workbench) -> Execution:
    """Check, start and test the product; the same files are never run twice in a row.

    What a customer brought in is judged against what it was."""
    tree = digest_of_files(state.files)
    if state.execution is not None and state.execution.tree == tree:
        return state.execution
    execution = await _seen(effects, where, state, workbench)
    return await with_acceptance(effects, where, state, workbench, execution)


async def _seen(effects: Effects, where: str, state: State, workbench: Workbench) -> Execution:
    tree, baseline = digest_of_files(state.files), state.baseline
    if baseline is None:
        return (await check(effects, where, state, workbench)).execution
    before = baseline.before
    unchanged = baseline.tree == tree
    now = (
        before
        if unchanged
        else await check(effects, where, state, workbench, _after(state, baseline))
    )
    return baseline.judged(now, state.files)


async def check(
    effects: Effects, where: str, state: State, workbench: Workbench, manner: Manner = A_NEW_PROGRAM
) -> Checked:
    """One state of the product, judged for itself."""
    tree = digest_of_files(state.files)
    whole = state.inspection
    inspection = whole.program
    stack = inspection.stack
    if workbench.sandbox == "none":
        return Checked(Execution(tree, (), "nothing was run: there is no sandbox"))
    if stack is None:
        language = language_without_card(state.files) or "its language"
        return Checked(Execution(tree, (), f"nothing was run: there is no stack for {language}"))
    commands = effects.commands(where, _commands(manner, stack, inspection, state))
    request = {
        "backend": workbench.sandbox,
        "tree": tree,
        "stack": stack.name,
        "commands": commands,
    }

    async def act() -> SandboxResult:
        # Tests are the same tests however they are watched: their plain command is what identifies them.
        watched = manner.watched(stack, inspection) if "tests" in commands else {}
        keep = partial(keep_picture, workbench.folder)
        backend = workbench.require()
        files = {**manner.beside(stack, inspection), **inspection.files}
        return await _run(backend, stack, files, {**commands, **watched}, keep, manner)

    result = await effects.perform(SANDBOX, where, request, act)
    checks = _judged(result, stack, inspection, manner)
    others = () if result.install is not None else tuple(beside(stack, whole.folder, whole.texts))
    execution = Execution(tree, checks, soft_limits=result.soft_limits, beside=others)
    return Checked(execution, result.results)


def digest_of_files(files: Mapping[str, bytes]) -> str:
    """What makes two states of a product the same."""
    digest = hashlib.sha256()
    for path, content in sorted(files.items()):
        digest.update(f"{len(path.encode())} {path} {len(content)} ".encode())
        digest.update(content)
    return digest.hexdigest()[:24]


def _commands(
    manner: Manner, stack: Stack, inspection: Inspection, state: State
) -> dict[str, list[str]]:
    """Each command by the name of its check; what SQL names is looked at where a schema was copied."""
    commands = manner.commands(stack, inspection)
    if not state.schema or stack.name != "python":
        return commands
    tests = {*inspection.tests, *state.kept}
    program = [path for path in stack.sources(inspection.texts) if path not in tests]
    if not program:
        return commands
    syntax = {name: argv for name, argv in commands.items() if name == "syntax"}
    return {**syntax, SQL: [*sql_check(), *program], **commands}


def _after(state: State, baseline: Baseline) -> Manner:
    """How what a customer brought in is checked now."""
    stack, was = state.inspection.stack, state.brought_in or {}
    manifests = stack.manifests if stack else ()
    same = all(state.files.get(path) == was.get(path) for path in manifests)
    return after(baseline, same_packages=same)


def _judged(
    result: SandboxResult, stack: Stack, inspection: Inspection, manner: Manner
) -> tuple[CheckRecord, ...]:
    """The checks, each by how its command ended."""
    checks: tuple[CheckRecord, ...] = ()
    if result.install is not None:
        checks = (failed_installation(stack, result.install, result.lacks),)
        if not manner.is_own:
            return checks
    tests = manner.tests(inspection)
    checks += tuple(
        judge(name, ran, stack, inspection, tests) for name, ran in result.results.items()
    )
    checks += (sighted(result.sighting),) if result.sighting else ()
    return checks if "tests" in result.results else checks + unseen_tests(inspection)


async def _run(
    backend: SandboxBackend,
    stack: Stack,
    files: Mapping[str, bytes],
    commands: Mapping[str, Sequence[str]],
    keep: Keep,
    manner: Manner,
) -> SandboxResult:
    """Install what is needed, then run the commands until the program does not compile.

    Its start is left to a witness where there is one for its kind of product. A customer's program is
    run without its packages too: some of its tests may need none."""
    installed = await _installed(stack, files, backend, manner)
    if not (installed.ok or manner.is_own):
        return SandboxResult(installed.output, {}, lacks=installed.lacks)
    failed = None if installed.ok else installed.output
    results: dict[str, CommandResult] = {}
    sighting = None
    async with await backend.open(
        files,
        stack=stack,
        dependencies=installed.dependencies,
        limits=manner.limits(stack, files),
    ) as sandbox:
        for name in [name for name in commands if name != "start"]:
            results[name] = await sandbox.exec(commands[name], seconds=_seconds(name, manner))
            if name in manner.stops_at and results[name].exit_code != 0:
                break
        else:
            argv = tuple(commands.get("start", ()))
            start = Start(sandbox, stack, files, argv, START_SECONDS, keep)
            sighting = await witnessed(start)
            if argv and sighting is None:
                results["start"] = await start.bare()
    return SandboxResult(failed, results, await backend.soft_limits(), sighting, installed.lacks)


async def _installed(
    stack: Stack, files: Mapping[str, bytes], backend: SandboxBackend, manner: Manner
) -> InstallResult:
    if not manner.installs:
        return InstallResult(ok=False, output="They could not be had before, and are the same.")
    return await install_dependencies(stack, files, backend)


def _seconds(name: str, manner: Manner) -> float:
    if own := manner.seconds(name):
        return own
    if name == "tests":
        return TEST_SECONDS
    return BUILD_SECONDS if name in ("syntax", "build") else START_SECONDS
