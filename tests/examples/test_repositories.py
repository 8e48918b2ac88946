"""The example tasks about repositories: a right patch is resolved, and no wrong one is."""

import shutil
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from company.lab.evaluation.named_tests import check_tests
from company.lab.tasks.task_card import TaskCard
from tests.support.repository_tasks import (
    FOLDER,
    RIGHT,
    TASKS,
    Patched,
    maker,
    patches,
    repository_of,
)
from tests.support.sandboxes import make_backend
from warehouse.sandbox.sandbox import SandboxBackend

NAMES = sorted({repository_of(task) for task in TASKS})


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[SandboxBackend]:
    backend = await make_backend("bubblewrap", tmp_path)
    yield backend
    await backend.close()


@pytest.fixture(params=NAMES)
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Patched]:
    place = tmp_path / "repository"
    return request.param, Patched(
        place, maker().make_repository(FOLDER / "histories" / request.param, place)
    )


async def resolved(
    task: TaskCard, products: Mapping[str, Mapping[str, bytes]], backend: SandboxBackend
) -> dict[str, bool]:
    """Which products pass the tests of a task. All are tested at once, as parts of one product.

    In JavaScript, where each file of tests is a process, wrong ones have those alone that must pass afterwards.
    """
    kept = products if task.category == "python" else [RIGHT]
    files = {
        beside(path, name): data.replace(b"from ledger", f"from {name}".encode())
        for name, product in products.items()
        for path, data in product.items()
    }
    named = {
        "fail_to_pass": [beside(test, name) for name in products for test in task.fail_to_pass],
        "pass_to_pass": [beside(test, name) for name in kept for test in task.pass_to_pass],
    }
    found = await check_tests(files, task.model_copy(update=named), backend)
    failed = [each.name for each in found if not each.passed]
    return {name: not any(name in test for test in failed) for name in products}


def beside(path: str, product: str) -> str:
    """What a file, or a test in it, is called beside other products. Python has one module of a name."""
    if path.startswith("tests/"):
        return path.replace(".py", f"_of_{product}.py", 1)
    return path.replace("ledger", product, 1) if path.startswith("ledger/") else f"{product}/{path}"


def test_there_are_ten_tasks_about_three_repositories_in_two_languages() -> None:
    assert len(TASKS) == 10
    assert len(NAMES) == 3
    assert {task.category for task in TASKS} == {"python", "javascript"}
    assert all(len(list(patches(task))) >= 3 for task in TASKS)


def test_bundles_hold_what_their_histories_say(repository: tuple[str, Patched]) -> None:
    name, made = repository
    assert {task.commit for task in TASKS if repository_of(task) == name} == {made.sha}
    assert f"{made.sha} refs/heads/main\n".encode() in (FOLDER / f"{name}.bundle").read_bytes()


@pytest.mark.slow  # forty products
@pytest.mark.skipif(not shutil.which("node"), reason="needs node")
async def test_right_patches_are_told_from_wrong_ones(
    repository: tuple[str, Patched], backend: SandboxBackend
) -> None:
    name, made = repository
    for task in TASKS:
        if repository_of(task) == name:
            products = {each: made.with_tests(task, text) for each, text in patches(task)}
            found = await resolved(task, products, backend)
            assert [each for each, is_resolved in found.items() if is_resolved] == [RIGHT], task.id
