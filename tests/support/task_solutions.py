"""A right program for every example task, and wrong ones: the right one with a small fault in it.

They lie in an archive, so that no model reads them where it reads the tree's text. To change them,

    python -m tests.support.task_solutions unpack FOLDER
    python -m tests.support.task_solutions pack FOLDER

where each task has a folder with the right program, and a YAML file with the faults.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from company.cards.yaml_file import parse_yaml

ARCHIVE = Path(__file__).parents[1] / "data/task_solutions.zip"

USELESS = {
    "prints an empty line": "print()",
    "explains itself and does nothing": "import sys; print('usage: main.py'); sys.exit(2)",
    "crashes": "raise RuntimeError('not today')",
    "says nothing": "",
}
"""Programs that are wrong for every task, by what they do."""


@cache
def _members() -> dict[str, bytes]:
    with ZipFile(ARCHIVE) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def solved_tasks() -> set[str]:
    """The tasks that have a right program here."""
    return {name.split("/")[0] for name in _members() if "/" in name}


def solution(task: str) -> dict[str, bytes]:
    """The files of the right program."""
    folder = f"{task}/"
    return {
        name.removeprefix(folder): content
        for name, content in _members().items()
        if name.startswith(folder)
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
    name = f"{task}.yaml"
    for fault in parse_yaml(_members()[name], name).data["faults"]:
        file, before, after = fault["file"], fault["replace"], fault["with"]
        text = right[file].decode()
        assert text.count(before) == 1, f"{name}: {before!r} is not once in {file}"
        wrong = {**right, file: text.replace(before, after).encode()}
        yield Fault(f"{before} → {after}", wrong, fault["noticed_by"])


def useless(task: str, program: str) -> dict[str, bytes]:
    """A product with the right files, each of them this program."""
    return dict.fromkeys(solution(task), program.encode())


def pack(folder: Path, archive: Path) -> None:
    """Put a folder's files into the archive; the same files make the same archive."""
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix in (".py", ".yaml")]
    with ZipFile(archive, "w", ZIP_DEFLATED, compresslevel=9) as packed:
        for path in paths:
            member = ZipInfo(path.relative_to(folder).as_posix())
            packed.writestr(member, path.read_bytes(), ZIP_DEFLATED)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["unpack", folder]:
            with ZipFile(ARCHIVE) as whole:
                whole.extractall(folder)
        case ["pack", folder]:
            pack(Path(folder), ARCHIVE)
        case _:
            sys.exit(__doc__)
