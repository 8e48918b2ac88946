"""Whether every module of a product can be imported by itself.

A module is imported in an interpreter of its own, with nobody to answer it: one that asks for
input, ends the program, serves or waits as soon as it is imported is no module. Tests are left out, since their
run says more; so are `__main__.py` and `setup.py`, which are there to be run.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath

from company.inspection import Inspection
from company.lab.examination.parts import parts_of
from warehouse.events import ImportOutcome
from warehouse.sandbox.dependencies import install_dependencies
from warehouse.sandbox.sandbox import CommandResult, SandboxBackend

SECONDS = 5.0
"""Wall-clock time of one import."""
MOST_MODULES = 100
"""Modules tried at most, the first by path."""
TO_BE_RUN = frozenset({"__main__.py", "setup.py"})
IMPORTED = 86
"""What the interpreter ends with once the module was imported; no program ends so by chance."""
LONGEST_REASON = 300

_PYTHON = f"""\
import sys
sys.path += sys.argv[2:]
__import__(sys.argv[1])
sys.exit({IMPORTED})
"""
_JAVASCRIPT = f"""\
import(require("path").resolve(process.argv[1])).then(
  () => process.exit({IMPORTED}), error => {{ console.error(String(error)); process.exit(1) }})
"""


async def check_imports(files: Mapping[str, bytes], backend: SandboxBackend) -> list[ImportOutcome]:
    """Import each Python or JavaScript module of the program, by path.

    Empty where there is none, or where the sandbox lacks what it is run with. Raises SandboxError.
    """
    inspection = Inspection(files)
    stack = inspection.stack
    if stack is None:
        return []
    program = parts_of(inspection.texts).program
    modules = [path for path in stack.sources(program) if _is_module(path)][:MOST_MODULES]
    if not modules:
        return []
    installed = await install_dependencies(stack, files, backend)
    if not installed.ok:
        return [_not_installed(path) for path in modules]
    main_folder = str(PurePosixPath(inspection.main or "main").parent)
    outcomes = []
    async with await backend.open(
        files, stack=stack, dependencies=installed.dependencies
    ) as sandbox:
        for path in modules:
            result = await sandbox.exec(_argv(stack.name, path, main_folder), seconds=SECONDS)
            if result.exit_code == 127:
                return []
            outcomes.append(_outcome(path, result))
    return outcomes


def _is_module(path: str) -> bool:
    """Whether a file has a name to be imported by, which `__init__.py` in the top folder has not."""
    return PurePosixPath(path).name not in TO_BE_RUN and path != "__init__.py"


def _argv(stack: str, path: str, main_folder: str) -> list[str]:
    """The command that imports one module, found as the program itself would find it.

    Absolute imports are looked for from the top folder, from that of the main file, and last from the
    module's own, as when it is run as a script.
    """
    if stack != "python":
        return ["node", "-e", _JAVASCRIPT, "--", path]
    place = PurePosixPath(path)
    parts = place.parent.parts if place.name == "__init__.py" else place.with_suffix("").parts
    return ["python3", "-c", _PYTHON, ".".join(parts), main_folder, str(place.parent)]


def _outcome(path: str, result: CommandResult) -> ImportOutcome:
    reason = _reason(result)
    code = 0 if not reason else result.exit_code
    return ImportOutcome(path, not reason, code, reason, round(result.seconds, 3))


def _reason(result: CommandResult) -> str:
    """Why the module was not imported; empty where it was."""
    if result.timed_out:
        return f"did not end within {SECONDS:g} s: it waits or serves when it is imported"
    if result.out_of_memory:
        return "used up the memory of the sandbox"
    if result.exit_code == IMPORTED:
        return ""
    last_line = result.stderr.strip().rpartition("\n")[2].strip()
    if last_line.startswith("EOFError"):
        return "asks for input when it is imported"
    if result.exit_code > 128:
        return f"killed by signal {result.exit_code - 128}"
    if result.exit_code == 1 and last_line:
        return last_line[:LONGEST_REASON]
    return f"ends the program when it is imported, with exit code {result.exit_code}"


def _not_installed(path: str) -> ImportOutcome:
    return ImportOutcome(path, False, 1, "its dependencies could not be installed", 0.0)
