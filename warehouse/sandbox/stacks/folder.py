"""Where in a product the program lies: at its top, or in the one folder that is a project of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from warehouse.sandbox.stacks.cards import stacks
from warehouse.sandbox.stacks.stack import Stack

TOP = ""


def folder_of(stack: Stack, files: Mapping[str, str]) -> str:
    """The folder in which the program would be started, one down; empty where that is the top.

    Something that says what the program needs, or that starts it, is there and in no other folder,
    nothing of the kind is at the top, and no test lies outside.
    """
    projects = project_folders(stack, files)
    signs = set(_signs(stack))
    if not signs.isdisjoint(files) or any("/" not in path for path in stack.sources(files)):
        return TOP
    if not projects and stack.start_of(files) is None and not stack.library_argv(files):
        projects = _holding(files, set(stack.main.candidates))
    if len(projects) != 1 or f"{projects[0]}/__init__.py" in files:
        return TOP
    outside = [path for path in stack.all_tests(files) if not path.startswith(f"{projects[0]}/")]
    return TOP if outside else projects[0]


def project_folders(stack: Stack, files: Mapping[str, str]) -> list[str]:
    """The folders at the top that are projects of a language, sorted."""
    return _holding(files, set(_signs(stack)))


def beside(stack: Stack, folder: str, files: Mapping[str, str]) -> list[str]:
    """What is not started with the program in a folder: other folders that are projects of whatever
    language, and notebooks."""
    others = {each for stack in stacks().values() for each in project_folders(stack, files)}
    notebooks = set(stacks()["notebook"].sources(files)) if stack.name != "notebook" else set()
    return sorted((others - {folder} if folder else set()) | notebooks)


def within(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a folder, as they are called in it."""
    start = f"{folder}/"
    return {
        path.removeprefix(start): content
        for path, content in files.items()
        if path.startswith(start)
    }


def _signs(stack: Stack) -> tuple[str, ...]:
    return (*stack.project, *stack.manifests)


def _holding(files: Mapping[str, str], names: set[str]) -> list[str]:
    paths = map(PurePosixPath, files)
    return sorted({path.parts[0] for path in paths if len(path.parts) == 2 and path.name in names})
