"""A customer's repository, and a run that has worked on it, made with plain git and a journal by hand."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.histories import plain_git
from tests.support.journals import Step, committed, started, write_run

TASK = "Greet in Spanish. It must be polite."
Files = Mapping[str, bytes | None]
"""Path → content; None deletes. What begins with `#!` is a program."""


class Worked(NamedTuple):
    """The customer's `clone`, as it was when the run began, and the folder of the run."""

    clone: Path
    run: Path

    @property
    def product(self) -> Path:
        return self.run / "product"


def lay(folder: Path, files: Files) -> None:
    """Write files below a folder."""
    for path, content in files.items():
        place = folder / path
        if content is None:
            place.unlink()
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        place.chmod(0o755 if content.startswith(b"#!") else 0o644)


def commit_all(folder: Path, message: str) -> str:
    """The id of a commit of everything below a folder."""
    plain_git(folder, "add", "--all", "--force")
    plain_git(folder, "commit", "--quiet", "--allow-empty", "-m", message)
    return plain_git(folder, "rev-parse", "HEAD").strip()


def work_on(place: Path, before: Files, change: Files, *more: Step, task: str = TASK) -> Worked:
    """A run on the customer's files which has made a change of them; `more` is what its journal tells
    after the commit."""
    clone, products = place / "theirs", place / "products"
    clone.mkdir(parents=True)
    plain_git(clone, "init", "--quiet", "--initial-branch=main")
    lay(clone, before)
    base = commit_all(clone, "Begin")
    spec = started(task={"text": task, "images": [], "source": str(clone)}, sandbox="bubblewrap")
    steps = [spec, *_committed("source", base), *_committed("1.coding/commit", "ab" * 20), *more]
    run = write_run(products, steps)
    plain_git(place, "clone", "--quiet", "--no-hardlinks", str(clone), str(run / "product"))
    lay(run / "product", change)
    commit_all(run / "product", "Coding: change it")
    return Worked(clone, run)


def _committed(where: str, sha: str) -> list[Step]:
    begun, (kind, place, data) = committed(where, ("a.py", "changed", 1, 1))
    result: dict[str, Any] = {**data["result"], "sha": sha}
    return [begun, (kind, place, {**data, "result": result})]


def tree_of(folder: Path, commit: str = "HEAD") -> str:
    """The id of a commit's tree."""
    return plain_git(folder, "rev-parse", f"{commit}^{{tree}}").strip()
