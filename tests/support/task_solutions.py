"""A right program for every example task, and wrong ones: the right one with a small fault in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from company.cards.yaml_file import read_yaml

SOLUTIONS = Path(__file__).parents[1] / "data/task_solutions"

USELESS = {
    "prints an empty line": "print()",
    "explains itself and does nothing": "import sys; print('usage: main.py'); sys.exit(2)",
    "crashes": "raise RuntimeError('not today')",
    "says nothing": "",
}
"""Programs that are wrong for every task, by what they do."""


def solution(task: str) -> dict[str, bytes]:
    """The files of the right program."""
    folder = SOLUTIONS / task
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


@dataclass(frozen=True)
class Fault:
    """A wrong program beside the right one."""

    change: str
    files: dict[str, bytes]
    noticed_by: str
    """The name of a check that fails for it."""


def faulty(task: str) -> Iterator[Fault]:
    """Every wrong program of a task."""
    right = solution(task)
    path = SOLUTIONS / f"{task}.yaml"
    for fault in read_yaml(path, path.name).data["faults"]:
        file, before, after = fault["file"], fault["replace"], fault["with"]
        text = right[file].decode()
        assert text.count(before) == 1, f"{path.name}: {before!r} is not once in {file}"
        wrong = {**right, file: text.replace(before, after).encode()}
        yield Fault(f"{before} → {after}", wrong, fault["noticed_by"])


def useless(task: str, program: str) -> dict[str, bytes]:
    """A product with the right files, each of them this program."""
    return dict.fromkeys(solution(task), program.encode())
