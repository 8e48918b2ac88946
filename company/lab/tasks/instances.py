"""Instances as SWE-bench and sets after its manner hold them, read as tasks.

An instance holds the customer's own solution (`patch`) and what was said about it (`hints_text`) beside
the question. No company may see these, so they go no further than this file.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from company.lab.tasks.repository import BUNDLE

SIGNS = frozenset({"instance_id", "repo", "base_commit", "problem_statement"})
"""The keys by which an instance is known."""
SAME = {
    "instance_id": "id",
    "problem_statement": "prompt",
    "repo": "category",
    "base_commit": "commit",
    "test_patch": "test_patch",
}
LISTS = {"FAIL_TO_PASS": "fail_to_pass", "PASS_TO_PASS": "pass_to_pass"}
REPOSITORIES = "repositories"
"""The folder beside instances in which their repositories lie."""


def is_instance(data: Mapping[str, Any]) -> bool:
    """Whether this is an instance, and no task as `docs/tasks.md` has it."""
    return data.keys() >= SIGNS


def as_task(data: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The same as a task; `folder` is where the instances lie."""
    task = {ours: data[theirs] for theirs, ours in SAME.items() if data.get(theirs)}
    task |= {ours: _list(data.get(theirs, [])) for theirs, ours in LISTS.items()}
    if isinstance(data["repo"], str):
        task["repository"] = _beside(folder, data["repo"])
    return task


def _list(value: Any) -> Any:
    """A list, also where it is written as the text of one."""
    if isinstance(value, str):
        try:
            return json.loads(value) if value.strip() else []
        except (ValueError, RecursionError):
            return value
    return value


def _beside(folder: Path, name: str) -> str:
    """Where the clone or the bundle of OWNER/NAME lies, else where it should."""
    usual = f"{REPOSITORIES}/{name.replace('/', '__')}"
    return next((place for place in _places(name) if (folder / place).exists()), usual)


def _places(name: str) -> Iterator[str]:
    flat = name.replace("/", "__")
    for around in (f"{REPOSITORIES}/", ""):
        for each in (flat, name):
            yield from (f"{around}{each}{suffix}" for suffix in ("", ".git", BUNDLE))
