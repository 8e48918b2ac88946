"""Whether every module of a product can be imported by itself.

A module is imported in an interpreter of its own, with nobody to answer it: one that asks for
input, ends the program, serves or waits as soon as it is imported is no module. Tests are left out, since their
run says more; so are `__main__.py` and `setup.py`, which are there to be run.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath

from company.engine.context.inspection import Inspection
from company.lab.evaluation.parts import parts_of
from warehouse.events import ImportOutcome
from warehouse.sandbox.dependencies import install_dependencies
from warehouse.sandbox.sandbox import CommandResult, SandboxBackend
from warehouse.sandbox.stacks.stack import Stack

SECONDS = 5.0
"""Wall-clock time of one import."""
MOST_MODULES = 100
"""Modules tried at most, the first by path."""
IMPORTED = 86
"""What a stack's `import_module` ends with once that is done; no program ends so by chance."""
LONGEST_REASON = 300


async def check_imports(files: Mapping[str, bytes], backend: SandboxBackend) -> list[ImportOutcome]:
    """Import each module of the program, by path.

    Empty where there is none, where its language has no way of trying, or where the sandbox lacks
    what it is run with. Raises SandboxError.
    """
    inspection = Inspection(files)
    stack = inspection.stack
    if stack is None:
        return []
    main_folder = str(PurePosixPath(inspection.main or "main").parent)
    sources = stack.sources(parts_of(inspection.texts).program)
    tries = {path: argv for path in sources if (argv := stack.import_argv(path, main_folder))}
    modules = list(tries)[:MOST_MODULES]
    if not modules:
        return []
    installed = await install_dependencies(stack, files, backend)
    if not installed.ok:
        return [_not_installed(path) for path in modules]
    outcomes = []
    async with await backend.open(
        files, stack=stack, dependencies=installed.dependencies
    ) as sandbox:
        for path in modules:
            result = await sandbox.exec(tries[path], seconds=SECONDS)
            if result.exit_code == 127:
                return []
            outcomes.append(_outcome(path, result, stack))
    return outcomes


def _outcome(path: str, result: CommandResult, stack: Stack) -> ImportOutcome:
    reason = _reason(result, stack)
    code = 0 if not reason else result.exit_code
    return ImportOutcome(path, not reason, code, reason, round(result.seconds, 3))


def _reason(result: CommandResult, stack: Stack) -> str:
    """Why the module was not imported; empty where it was."""
    if result.timed_out:
        return f"did not end within {SECONDS:g} s: it waits or serves when it is imported"
    if result.out_of_memory:
        return "used up the memory of the sandbox"
    if result.exit_code == IMPORTED:
        return ""
    last_line = result.stderr.strip().rpartition("\n")[2].strip()
    if stack.outcome.asked_for_input(result.exit_code, result.stderr):
        return "asks for input when it is imported"
    if result.exit_code > 128:
        return f"killed by signal {result.exit_code - 128}"
    if result.exit_code == 1 and last_line:
        return last_line[:LONGEST_REASON]
    return f"ends the program when it is imported, with exit code {result.exit_code}"


def _not_installed(path: str) -> ImportOutcome:
    return ImportOutcome(path, False, 1, "its dependencies could not be installed", 0.0)
