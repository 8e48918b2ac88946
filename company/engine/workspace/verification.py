"""Verifying the product in the sandbox: its syntax, its tests and its start, as effects."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from company.engine.context.inspection import Inspection
from company.engine.effects import Effects
from company.engine.state import State
from company.engine.workspace.attachments import keep_picture
from company.engine.workspace.execution import Execution
from company.engine.workspace.judgement import (
    failed_installation,
    judge,
    sighted,
    unseen_tests,
)
from warehouse.errors import SandboxError
from warehouse.events import CommandResult, SandboxResult
from warehouse.events.effect import SANDBOX
from warehouse.sandbox.dependencies import install_dependencies
from warehouse.sandbox.sandbox import SandboxBackend
from warehouse.sandbox.stacks.cards import language_without_card
from warehouse.sandbox.stacks.folder import beside
from warehouse.sandbox.stacks.stack import Stack
from warehouse.sandbox.witness.page import limits_for
from warehouse.sandbox.witness.registry import witnessed
from warehouse.sandbox.witness.witness import Keep, Start

START_SECONDS = 10.0
TEST_SECONDS = 60.0
BUILD_SECONDS = 120.0
"""For each of checking and building a program that must be compiled."""


@dataclass(frozen=True)
class Workbench:
    """Where a run's product is verified: the sandbox it was ordered with, `none` for nowhere.

    The backend is only there while something may be performed; recalling needs the name alone.
    """

    sandbox: str
    backend: SandboxBackend | None
    folder: Path
    """The run's, where the pictures of witnesses are kept."""

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
    whole = state.inspection
    inspection = whole.program
    stack = inspection.stack
    if workbench.sandbox == "none":
        return Execution(tree, (), "nothing was run: there is no sandbox")
    if stack is None:
        language = language_without_card(state.files) or "its language"
        return Execution(tree, (), f"nothing was run: there is no stack for {language}")
    commands = _commands(stack, inspection)
    request = {
        "backend": workbench.sandbox,
        "tree": tree,
        "stack": stack.name,
        "commands": commands,
    }

    async def act() -> SandboxResult:
        # Tests are the same tests however they are watched: their plain command is what identifies them.
        reported = list(stack.test_run(inspection.texts).reported)
        watched = {"tests": reported} if "tests" in commands else {}
        keep = partial(keep_picture, workbench.folder)
        return await _run(workbench.require(), stack, inspection.files, commands | watched, keep)

    result = await effects.perform(SANDBOX, where, request, act)
    if result.install is not None:
        return Execution(tree, (failed_installation(stack, result.install, result.lacks),))
    checks = tuple(
        judge(name, command, stack, inspection) for name, command in result.results.items()
    )
    checks += (sighted(result.sighting),) if result.sighting else ()
    checks += unseen_tests(inspection)
    others = tuple(beside(stack, whole.folder, whole.texts))
    return Execution(tree, checks, soft_limits=result.soft_limits, beside=others)


def digest_of_files(files: Mapping[str, bytes]) -> str:
    """What makes two states of a product the same."""
    digest = hashlib.sha256()
    for path, content in sorted(files.items()):
        digest.update(f"{len(path.encode())} {path} {len(content)} ".encode())
        digest.update(content)
    return digest.hexdigest()[:24]


def _commands(stack: Stack, inspection: Inspection) -> dict[str, list[str]]:
    commands = {"syntax": stack.check_argv(inspection.texts)}
    if inspection.tests and inspection.foreign_runner is None:
        commands["tests"] = list(stack.test_run(inspection.texts).command)
    if start := inspection.start:
        commands["build"], commands["start"] = list(start.build), list(start.command)
    else:
        commands["import"] = stack.library_argv(inspection.texts)
    return {name: argv for name, argv in commands.items() if argv}


async def _run(
    backend: SandboxBackend,
    stack: Stack,
    files: Mapping[str, bytes],
    commands: Mapping[str, list[str]],
    keep: Keep,
) -> SandboxResult:
    """Install what is needed, then run the commands until the program does not compile.

    Its start is left to a witness where there is one for its kind of product."""
    installed = await install_dependencies(stack, files, backend)
    if not installed.ok:
        return SandboxResult(installed.output, {}, lacks=installed.lacks)
    results: dict[str, CommandResult] = {}
    async with await backend.open(
        files,
        stack=stack,
        dependencies=installed.dependencies,
        limits=limits_for(stack, files),
    ) as sandbox:
        for name in [name for name in commands if name != "start"]:
            results[name] = await sandbox.exec(commands[name], seconds=_seconds(name))
            if name in ("syntax", "build") and results[name].exit_code != 0:
                return SandboxResult(None, results, await backend.soft_limits())
        argv = tuple(commands.get("start", ()))
        start = Start(sandbox, stack, files, argv, START_SECONDS, keep)
        sighting = await witnessed(start)
        if argv and sighting is None:
            results["start"] = await start.bare()
    return SandboxResult(None, results, await backend.soft_limits(), sighting)


def _seconds(name: str) -> float:
    if name == "tests":
        return TEST_SECONDS
    return BUILD_SECONDS if name in ("syntax", "build") else START_SECONDS
