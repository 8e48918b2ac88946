"""The example tasks about repositories, with a right patch for each and wrong ones, which no company is shown."""

import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from company.lab.evaluation.customers_tests import customers_tests, with_tests
from company.lab.tasks.reading import read_tasks
from company.lab.tasks.task_card import TaskCard
from warehouse.product.git.command import GitCommand
from warehouse.product.git.objects import GitObjects
from warehouse.product.git.patch import patched

FOLDER = Path(__file__).parents[2] / "examples/repositories"
PATCHES = Path(__file__).parents[1] / "data/repository_tasks"
TASKS = read_tasks(FOLDER)
RIGHT = "right"


def maker() -> ModuleType:
    """The script that makes the bundles."""
    spec = importlib.util.spec_from_file_location("make_bundles", FOLDER / "make_bundles.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def repository_of(task: TaskCard) -> str:
    """The name of the repository that a task is about."""
    assert task.repository is not None
    return Path(task.repository.place).stem


def patches(task: TaskCard) -> Iterator[tuple[str, str]]:
    """Name and text of each patch, the right one first."""
    for path in sorted((PATCHES / task.id).iterdir()):
        yield path.stem, path.read_text()


@dataclass(frozen=True)
class Patched:
    """Products that patches make of a repository."""

    git_dir: Path
    sha: str

    def files(self) -> dict[str, bytes]:
        """What the repository holds."""
        git = GitCommand(self.git_dir)
        listed = git.run("ls-tree", "-r", "-z", self.sha).decode().split("\0")[:-1]
        blobs = {path: about.split()[2] for about, path in (each.split("\t") for each in listed)}
        contents = GitObjects(git).contents(blobs.values())
        return {path: contents[blob] for path, blob in blobs.items()}

    def delivered(self, patch: str) -> dict[str, bytes]:
        """The same after a patch."""
        changes = patched(self.git_dir, self.sha, patch) if patch else {}
        files = {**self.files(), **changes}
        return {path: content for path, content in files.items() if content is not None}

    def with_tests(self, task: TaskCard, patch: str) -> Mapping[str, bytes]:
        """What the evaluation runs of it."""
        theirs = customers_tests(self.files(), task, self.git_dir, self.sha)
        return with_tests(self.delivered(patch), theirs)
