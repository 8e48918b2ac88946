"""Whether what was asked for has come into a program that was there before."""

import re
from pathlib import PurePosixPath

from company.engine.state import Files, State
from company.engine.workspace.brought_in import is_any_brought_in
from warehouse.events import Witness

_WORD = re.compile(r"\w+")
LEAST_LETTERS = 3
"""A word of a file's name that is shorter says nothing of what the file is for."""


def changed(state: State) -> Witness | None:
    """None where the whole product was asked for, and each part of it has come."""
    if state.undelivered:
        title, why = next(iter(state.undelivered.items()))
        return Witness("changed", False, f"{title} delivered nothing. {why}")
    if state.brought_in is None:
        return None
    before, now = state.brought_in, state.files
    theirs = (before.keys() | now.keys()) - state.kept
    paths = [path for path in theirs if before.get(path) != now.get(path)]
    if not paths:
        return Witness("changed", False, "the program is as it was")
    if loose := _loose(paths, before, now, state.task.text):
        return Witness("unseen", None, f"whether the program does anything new: {loose}")
    return Witness("changed", True, "1 file" if len(paths) == 1 else f"{len(paths)} files")


def _loose(paths: list[str], before: Files, now: Files, task: str) -> str:
    """Why all that has come stands beside the program and is no part of it; empty where some of it is."""
    if any(path in before for path in paths):
        return ""
    known = set(before.values())
    new = sorted(path for path in paths if now[path] not in known)
    if not new:
        return f"{', '.join(sorted(paths))} is only a copy of what was there"
    if any(_is_meant(path, task) for path in new) or is_any_brought_in(new, now):
        return ""
    are = "is" if len(new) == 1 else "are"
    return (
        f"{', '.join(new)} {are} new, and neither the task nor a file of the program speaks of it"
    )


def _is_meant(path: str, task: str) -> bool:
    """Whether the task names the file, or begins a word as its name or its folder's has it; how the file
    ends says nothing of what it is for."""
    asked, place = task.lower(), PurePosixPath(path.lower())
    if place.name in asked:
        return True
    begun = _WORD.findall(asked.replace("_", " "))
    words = _WORD.findall(str(place.with_suffix("")).replace("_", " "))
    return any(
        each.startswith(word) for word in words if len(word) >= LEAST_LETTERS for each in begun
    )
