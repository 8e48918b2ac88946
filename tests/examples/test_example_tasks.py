"""The example tasks: a program that is right passes every check, and none that is wrong does."""

import csv
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest
import pytest_asyncio

from company.acceptance.check_card import CheckCard
from company.acceptance.checking import check_acceptance
from company.lab.tasks.reading import read_tasks
from company.lab.tasks.task_card import TaskCard
from tests.support.engine import docker_backend
from tests.support.sandboxes import make_backend
from tests.support.shared_sandboxes import SharedSandboxes
from tests.support.task_solutions import USELESS, faulty, pack, solution, solved_tasks, useless
from warehouse.sandbox.sandbox import SandboxBackend

FOLDER = Path(__file__).parents[2] / "examples/tasks"
TASKS = read_tasks(FOLDER)
module_loop = pytest.mark.asyncio(loop_scope="module")
every_task = pytest.mark.parametrize("task", TASKS, ids=[task.id for task in TASKS])


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def backend(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SandboxBackend]:
    """The two thousand commands of these tests are run in one sandbox; in Docker each check has its own."""
    backend = SharedSandboxes(await make_backend("bubblewrap", tmp_path_factory.mktemp("cache")))
    yield backend
    await backend.close()


async def reasons(
    product: Mapping[str, bytes], checks: Sequence[CheckCard], backend: SandboxBackend
) -> dict[str, str]:
    """Why checks failed, by their names."""
    found = await check_acceptance(product, checks, backend)
    return {each.name: each.reason for each in found if not each.passed}


async def unnoticed(
    wrong: Mapping[str, dict[str, bytes]], checks: Sequence[CheckCard], backend: SandboxBackend
) -> list[str]:
    """The wrong programs that pass every check."""

    async def passes(product: Mapping[str, bytes]) -> bool:
        for check in checks:
            if await reasons(product, [check], backend):
                return False
        return True

    return [name for name, product in wrong.items() if await passes(product)]


def hurried(task: TaskCard) -> list[CheckCard]:
    """The checks, with half a second for every command."""
    return [
        check.model_copy(
            update={"steps": [step.model_copy(update={"seconds": 0.5}) for step in check.steps]}
        )
        for check in task.checks
    ]


def test_how_hard_tasks_are_is_said_of_tasks_that_are_there() -> None:
    rows = list(csv.DictReader((FOLDER / "difficulty.csv").open(encoding="utf-8")))
    assert {row["task"] for row in rows} <= {task.id for task in TASKS}
    assert len({(row["task"], row["model"]) for row in rows}) == len(rows)
    drafts = [(int(row["completed"]), int(row["draws"])) for row in rows]
    assert all(0 <= completed <= draws for completed, draws in drafts)
    readme = (FOLDER / "README.md").read_text("utf-8")
    never, once, twice, always = (sum(done == n for done, _ in drafts) for n in range(4))
    told = f"{never} never, {once} once, {twice} twice, {always} each time"
    assert f"of {len(rows)} of the small functions" in readme
    assert told in readme


def test_there_are_enough_tasks_of_every_kind() -> None:
    kinds = Counter(task.category for task in TASKS)
    assert len(TASKS) >= 156
    assert set(kinds) == {
        "command_line",
        "data_functions",
        "data_processing",
        "libraries",
        "number_functions",
        "plain_functions",
        "text_functions",
        "text_games",
        "web_servers",
    }
    assert min(kinds.values()) >= 5


def test_the_readme_counts_the_tasks_of_every_file() -> None:
    told = re.findall(r"^\| \[(\w+\.yaml)\].*\| (\d+) ", (FOLDER / "README.md").read_text(), re.M)
    assert {name: int(number) for name, number in told} == {
        path.name: len(read_tasks(path)) for path in FOLDER.glob("*.yaml")
    }


@every_task
def test_every_task_has_a_solution_and_wrong_ones(task: TaskCard) -> None:
    assert solution(task.id)
    assert len(list(faulty(task.id))) >= 7
    assert len(task.checks) >= 3


def test_every_solution_has_a_task() -> None:
    assert solved_tasks() == {task.id for task in TASKS}


def test_what_is_packed_is_what_is_unpacked(tmp_path: Path) -> None:
    folder = tmp_path / "solutions"
    (folder / "one").mkdir(parents=True)
    (folder / "one/one.py").write_text("x = 1\n")
    (folder / "one.yaml").write_text("faults: []\n")
    for name in ("a.zip", "b.zip"):
        pack(folder, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with ZipFile(tmp_path / "a.zip") as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == {
            "one/one.py": b"x = 1\n",
            "one.yaml": b"faults: []\n",
        }


@module_loop
@every_task
async def test_the_right_program_passes(task: TaskCard, backend: SandboxBackend) -> None:
    assert await reasons(solution(task.id), task.checks, backend) == {}


@module_loop
@every_task
async def test_every_fault_is_noticed(task: TaskCard, backend: SandboxBackend) -> None:
    checks = {check.name: check for check in task.checks}
    for fault in faulty(task.id):
        assert await reasons(fault.files, [checks[fault.noticed_by]], backend), fault.change


@module_loop
@every_task
async def test_a_program_that_does_nothing_useful_passes_nothing(
    task: TaskCard, backend: SandboxBackend
) -> None:
    wrong = {name: useless(task.id, program) for name, program in USELESS.items()}
    assert await unnoticed(wrong, task.checks, backend) == []
    hanging = {"hangs": useless(task.id, "import time; time.sleep(99)")}
    assert await unnoticed(hanging, hurried(task)[:1], backend) == []


@pytest.mark.engine
@pytest.mark.slow
async def test_right_programs_pass_in_docker_too() -> None:
    backend = await docker_backend()
    try:
        for task in TASKS[:: len(TASKS) // 6]:
            assert await reasons(solution(task.id), task.checks, backend) == {}
    finally:
        await backend.close()
