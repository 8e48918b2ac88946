"""The stacks there are: a card for each language in this folder, `<language>.yaml`."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from importlib.resources import files as package_files
from pathlib import PurePosixPath
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from warehouse.errors import SandboxError
from warehouse.sandbox.stacks.stack import Stack

SUFFIX = ".yaml"
WITHOUT_CARD = {
    ".cs": "C#", ".dart": "Dart", ".ex": "Elixir", ".hs": "Haskell", ".kt": "Kotlin", ".lua": "Lua",
    ".php": "PHP", ".pl": "Perl", ".r": "R", ".R": "R", ".rb": "Ruby", ".scala": "Scala", ".sh": "the shell",
    ".swift": "Swift",
}  # fmt: skip
"""Languages that nobody here runs, by suffix: a verdict names them."""
_BESIDE = frozenset({".config", ".d"})
"""Before the suffix of a file of sources: what it is besides."""
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@functools.cache
def stacks() -> Mapping[str, Stack]:
    """Every known stack by name, in order of preference. Raises SandboxError for a faulty card."""
    folder = package_files("warehouse.sandbox.stacks")
    cards = [
        read_card(card.name, card.read_text(encoding="utf-8"))
        for card in folder.iterdir()
        if card.name.endswith(SUFFIX)
    ]
    return {card.name: card for card in sorted(cards, key=lambda card: (card.order, card.name))}


def read_card(file: str, text: str) -> Stack:
    """One card. Raises SandboxError with the file, line and key of each fault."""
    try:
        data = yaml.load(text, Loader=_LOADER)  # noqa: S506 — one of the safe loaders
        if not isinstance(data, dict):
            raise SandboxError(f"{file}:1: a stack is a card of keys and values.")
        return Stack.model_validate({"name": file.removesuffix(SUFFIX), **data})
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SandboxError(f"{file}:{line}: {error.problem}.") from None
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise SandboxError("\n".join(_described(file, text, fault) for fault in faults)) from None


def usual_stack() -> Stack:
    """What programs are written in where nothing else was said."""
    return next(iter(stacks().values()))


def stack_for(language: str) -> Stack | None:
    """The stack that runs programs in a language, by the name it has at a fence."""
    return next((stack for stack in stacks().values() if language in stack.languages), None)


def detect_stack(paths: Iterable[str]) -> Stack | None:
    """The stack of a program made of these files: of those whose project it says to be the first, of
    those with a main file the first, else the one with the most files; None when no known language is
    among them."""
    paths = list(paths)
    others = language_without_card(paths)
    present = [stack for stack in stacks().values() if stack.sources(paths)]
    sizes = {stack.name: len(_written(stack.sources(paths))) for stack in present}
    projects = {
        stack.name: stack.project if sizes[stack.name] >= sizes.get(stack.dialect_of, 0) else ()
        for stack in present
    }
    mains = {stack.name: stack.main.candidates for stack in present}
    for signs in (projects, mains):
        for stack in present:
            if not set(signs[stack.name]).isdisjoint(paths):
                return stack
    if others and all(stack.name == "html" for stack in present):
        return None  # pages beside a program that nobody here can run are a part of it
    return max(present, key=lambda stack: len(stack.sources(paths)), default=None)


def _written(sources: Iterable[str]) -> list[str]:
    """Those that are the program's, not settings of a tool or declarations of what is written elsewhere."""
    return [path for path in sources if _BESIDE.isdisjoint(PurePosixPath(path).suffixes[:-1])]


def language_without_card(paths: Iterable[str]) -> str:
    """The language of most files that no stack runs; empty where there are none."""
    titles = [
        title for path in paths for title in [WITHOUT_CARD.get(PurePosixPath(path).suffix)] if title
    ]
    return max(titles, key=titles.count, default="")


def _described(file: str, text: str, fault: ErrorDetails) -> str:
    key = ".".join(map(str, fault["loc"]))
    reason = fault["msg"].removeprefix("Value error, ")
    return f"{file}:{_line(text, fault['loc'])}: {key}: {reason}."


def _line(text: str, place: tuple[int | str, ...]) -> int:
    """The line of the innermost key on the way to a fault that the card holds."""
    node, line = yaml.compose(text, Loader=_LOADER), 1
    for step in place:
        children = node.value if isinstance(node, yaml.MappingNode) else ()
        pair = next((pair for pair in children if pair[0].value == step), None)
        if pair is None:
            break
        line, node = pair[0].start_mark.line + 1, pair[1]
    return line
