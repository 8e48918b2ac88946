"""The product with the customer's tests in it, whatever the company made of these."""

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from company.errors import ConfigurationError
from company.lab.evaluation.named_tests import file_of
from company.lab.evaluation.parts import TEST_FOLDERS
from company.lab.tasks.task_card import TaskCard
from warehouse.errors import ProductError
from warehouse.product.git.patch import patched
from warehouse.sandbox.stacks.cards import stacks

Changes = Mapping[str, bytes | None]
"""Path → content, None where there is to be no such file."""


def customers_tests(base: Mapping[str, bytes], task: TaskCard, git_dir: Path, sha: str) -> Changes:
    """The customer's tests at a commit, with the task's patch and its files.

    Raises ConfigurationError where the patch does not fit the commit.
    """
    named = {file_of(test) for test in task.tests}
    theirs: dict[str, bytes | None] = {path: base[path] for path in _of_tests(base, named)}
    if task.test_patch:
        try:
            theirs |= patched(git_dir, sha, task.test_patch)
        except ProductError as error:
            raise ConfigurationError(
                f"The test_patch of the task {task.id} does not fit the commit {sha[:10]}: {error}"
            ) from None
    return theirs | {path: text.encode() for path, text in task.test_files.items()}


def with_tests(delivered: Mapping[str, bytes], theirs: Changes) -> dict[str, bytes]:
    """What was delivered, with the customer's tests in their places.

    Tests that the company added stay, and are not run. What it added for a test runner to load by itself
    goes: a `conftest.py` decides what becomes of every test.
    """
    own = {path for path in delivered if _is_loaded(path)} - theirs.keys()
    put = {path: content for path, content in theirs.items() if content is not None}
    kept = delivered.keys() - own - theirs.keys()
    return {path: delivered[path] for path in sorted(kept)} | put


def _of_tests(paths: Iterable[str], named: set[str]) -> set[str]:
    """What belongs to tests: by its name, or as it stands beside a named one in a folder of tests."""
    paths = set(paths)
    by_name = {path for stack in stacks().values() for path in stack.test_files(paths)}
    folders = {str(PurePosixPath(test).parent) for test in named & paths}
    of_tests = tuple(
        f"{each}/" for each in folders if not TEST_FOLDERS.isdisjoint(PurePosixPath(each).parts)
    )
    beside = {path for path in paths if _is_loaded(path) or path.startswith(of_tests)}
    return by_name | beside | (named & paths)


def _is_loaded(path: str) -> bool:
    """Whether a test runner loads this file without being told to."""
    return any(PurePosixPath(path).name in stack.test_helpers for stack in stacks().values())
