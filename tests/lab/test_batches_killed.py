"""Batches whose process dies again and again, each time at another moment: nothing is lost by it."""

import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import model_at, provider
from tests.support.engine import docker_backend
from tests.support.mortal import KILLED, Death, Nursery
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import Call, ScriptedProvider
from warehouse.events import CompletionEnded, CompletionStarted
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.sandbox.docker.backend import OWNER
from warehouse.sandbox.docker.engine import DockerEngine
from warehouse.sandbox.owners import is_dead

TASKS, KILLS = 3, 25
LATENCY = 0.15
IMPORTED = (
    "company.cli.batch.making",
    "company.cli.batch.written",
    "company.company",
    "company.engine.run",
    "company.lab.execution.worker_pool",
    "company.lab.report.plots",
    "company.lab.report.report",
    "company.lab.report.tables",
    "docker",
    "git",
    "matplotlib.backends.backend_svg",
    "openai.resources.chat",
    "softhouse.program",
)
"""What takes batches the longest to import."""
LIVES = 5
"""How often one batch is killed at the most, before it may come to its end."""


def program(call: Call) -> str:
    """A program that tells which task it is for."""
    task = next(n for n in range(TASKS) if f"number {n}" in call.user)
    return file_block("main.py", f"print('the program of task {task}')\n")


class Batch:
    """One folder with a batch, made by processes that are killed."""

    def __init__(
        self, folder: Path, nursery: Nursery, serving: ScriptedProvider, sandbox: str
    ) -> None:
        folder.mkdir()
        rows = "".join(f"t{n},task number {n}\n" for n in range(TASKS))
        (folder / "tasks.csv").write_text("id,prompt\n" + rows)
        self.folder = folder
        self._nursery = nursery
        self._command = [
            *["batch", "tasks.csv", "--company", "solo", "--model", model_at(serving)],
            *["--sandbox", sandbox, "-j", str(TASKS), "--plain"],
        ]
        self.in_flight: Counter[str] = Counter()
        """Calls that were under way when a process died, by run."""

    def live(self, death: Death | None = None) -> bool:
        """Work on, to death or to the end. Returns whether it came to its end.

        The nursery fails where a process outlives the batch.
        """
        code = self._nursery.command(*self._command, cwd=self.folder, death=death)
        if code == KILLED:
            self.in_flight += self._under_way()
            return False
        assert code == 0, (self.folder / "said.txt").read_text()
        return True

    def _under_way(self) -> Counter[str]:
        """The runs whose last call has no recorded answer."""
        return Counter(run.name for run in self.runs() if calls_of(run)[-1:] == [CompletionStarted])

    def runs(self) -> list[Path]:
        return sorted((self.folder / "batches/tasks/runs").glob("*"))


def calls_of(run: Path) -> list[type]:
    """The beginnings and ends of a run's calls, in their order."""
    journal = run / FILE_NAME
    events = read_events(journal) if journal.exists() else []
    ours = (CompletionStarted, CompletionEnded)
    return [type(event.data) for event in events if isinstance(event.data, ours)]


def tree_of(run: Path) -> str:
    """The hash of the files that a product's last commit holds."""
    command = ["git", "-C", str(run / "product"), "rev-parse", "HEAD^{tree}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def deaths_of_a_batch(moments: random.Random, events: int) -> Iterator[Death]:
    """All through its work, right at a write to a journal or a while later; then over its results."""
    for _ in range(LIVES - 1):
        pause = moments.choice((0, moments.uniform(0, 2 * LATENCY)))
        yield Death("after", moments.randint(1, events // (LIVES - 1)), pause)
    yield Death("results", 1, moments.uniform(0, 0.3))


@pytest.mark.slow
@pytest.mark.parametrize(
    "sandbox", ["bubblewrap", pytest.param("docker", marks=pytest.mark.engine)]
)
async def test_a_batch_killed_25_times_comes_to_the_same_without_a_call_too_many(
    sandbox: str, tmp_path: Path
) -> None:
    if sandbox == "docker":
        await (await docker_backend()).close()
    moments = random.Random(2026)
    with provider(**{"Write the whole program": [program]}) as serving, Nursery() as nursery:
        serving.latency = LATENCY
        nursery.learn(*IMPORTED)
        undisturbed = Batch(tmp_path / "undisturbed", nursery, serving, sandbox)
        assert undisturbed.live()
        trees = {run.name: tree_of(run) for run in undisturbed.runs()}
        assert len(trees) == TASKS
        events = sum(len(read_events(run / FILE_NAME)) for run in undisturbed.runs())
        kills = number = 0
        while kills < KILLS:
            number += 1
            killed = Batch(tmp_path / f"killed-{number}", nursery, serving, sandbox)
            serving.calls.clear()
            deaths = sum(not killed.live(death) for death in deaths_of_a_batch(moments, events))
            kills += deaths
            assert killed.live()
            assert {run.name: tree_of(run) for run in killed.runs()} == trees
            assert all(calls_of(run).count(CompletionEnded) == 1 for run in killed.runs())
            assert len(serving.calls) <= TASKS + killed.in_flight.total()
    if sandbox == "docker":
        assert await containers_of_the_dead() == []


async def containers_of_the_dead() -> list[str]:
    """Containers whose process has ended, after one more process has looked for such."""
    backend = await docker_backend()
    await backend.close()
    engine = DockerEngine()
    try:
        api = await engine.api()
        found = await engine.call(api.containers, all=True, filters={"label": OWNER})
    finally:
        await engine.close()
    return [each["Id"] for each in found if is_dead(each["Labels"][OWNER])]
