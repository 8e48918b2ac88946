"""Batches whose process dies again and again, each time at another moment: nothing is lost by it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.support.command_line import ROOT, model_at, provider
from tests.support.engine import docker_backend
from tests.support.left_behind import descendants
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import Call, ScriptedProvider
from tests.support.waiting import all_ended
from warehouse.events import CompletionEnded, CompletionStarted
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.sandbox.docker.backend import OWNER
from warehouse.sandbox.docker.engine import DockerEngine
from warehouse.sandbox.owners import is_dead

TASKS, KILLS = 6, 25
LATENCY = 0.15
LIVES = 5
"""How often one batch is killed at the most, before it may come to its end."""


def program(call: Call) -> str:
    """A program that tells which task it is for."""
    task = next(n for n in range(TASKS) if f"number {n}" in call.user)
    return file_block("main.py", f"print('the program of task {task}')\n")


class Batch:
    """One folder with a batch, made by processes that are killed."""

    def __init__(self, folder: Path, serving: ScriptedProvider, sandbox: str) -> None:
        folder.mkdir()
        rows = "".join(f"t{n},task number {n}\n" for n in range(TASKS))
        (folder / "tasks.csv").write_text("id,prompt\n" + rows)
        self.folder = folder
        self._command = [
            *[sys.executable, "-m", "softhouse", "batch", "tasks.csv", "--company", "solo"],
            *["--model", model_at(serving), "--sandbox", sandbox, "-j", "3", "--plain"],
        ]
        self.in_flight: Counter[str] = Counter()
        """Calls that were under way when a process died, by run."""

    def live(self, seconds: float | None) -> bool:
        """Work on, for so many seconds or to the end. Returns whether it came to its end."""
        with subprocess.Popen(
            self._command,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            try:
                _, said = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                children = descendants(process.pid)
                os.kill(process.pid, signal.SIGKILL)
                process.communicate()
                assert all_ended(children), "processes outlived the batch"
                self.in_flight += self._under_way()
                return False
        assert process.returncode == 0, said.decode()
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
    with provider(**{"Write the whole program": [program]}) as serving:
        serving.latency = LATENCY
        undisturbed = Batch(tmp_path / "undisturbed", serving, sandbox)
        began = time.monotonic()
        assert undisturbed.live(None)
        whole = time.monotonic() - began
        trees = {run.name: tree_of(run) for run in undisturbed.runs()}
        assert len(trees) == TASKS
        kills = number = 0
        while kills < KILLS:
            number += 1
            killed = Batch(tmp_path / f"killed-{number}", serving, sandbox)
            serving.calls.clear()
            deaths = 0
            while deaths < LIVES and not killed.live(moments.uniform(0.2, 0.6) * whole):
                deaths += 1
            kills += deaths
            assert deaths < LIVES or killed.live(None)
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
