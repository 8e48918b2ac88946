"""The Ray engine on a real cluster: what comes home is what the local engine would have made, also
when a node dies in the middle, and no call is made again but those that were in flight there."""

import asyncio
import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from company.cards.company_card import RunLimits
from company.engine.budget import SharedBudget, Spending
from company.errors import BudgetReached, ConfigurationError
from company.lab.design.plan import Plan
from company.lab.execution.engine import WorkSettings
from company.lab.execution.job_status import job_status_of
from company.lab.execution.progress import Tally
from company.lab.execution.ray import engine as ray_engine
from company.lab.execution.ray.dispatch import Home
from company.lab.execution.ray.distant_worker import LOST, DistantWorker
from company.lab.execution.ray.engine import RayEngine
from company.lab.execution.ray.worker import Brief, Worker
from company.lab.execution.worker_pool import LocalEngine
from company.lab.tasks.task_card import TaskCard
from company.models.rates import Rate, Rates
from company.remote.commands import Stop
from company.remote.mailbox import send
from tests.support.clusters import RayCluster, nearby, ray_cluster
from tests.support.command_line import ROOT, as_process
from tests.support.labs import model_of, plan_of, task
from tests.support.scripted_company import script
from tests.support.scripted_provider import Call, Reply, Rule, ScriptedProvider
from warehouse.events.conversion import as_json
from warehouse.journal.journal import FILE_NAME, is_locked, read_events
from warehouse.product.product import Product
from warehouse.runs.folders import ATTACHMENTS, PRODUCT

MAIN = "### main.py\n```python\nprint('tip', 60)\n```\n"
SOLO = {"solo": {"company": "solo"}}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
TASKS = [task(f"task-{n}", f"A tip calculator, number {n}") for n in range(6)]
TASK_NUMBER = re.compile(r"number (\d)")


@pytest.fixture(scope="module")
def cluster() -> Iterator[RayCluster]:
    with ray_cluster() as cluster:
        yield cluster


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> RayEngine:
    """The engine with a cluster whose workers are in this process: for what is decided at home."""
    monkeypatch.setattr(ray_engine, "joined", nearby)
    return RayEngine()


class HeldUp(ScriptedProvider):
    """Answers nothing from the call of this number on of each task, until it is told to go on."""

    def hold_from(self, number: int, in_flight: int) -> "HeldUp":
        """It is full once so many different things are asked: where a busy machine makes Ray give up
        a node that is alive, what was asked from there is asked again, and is held twice.

        Calls are counted for each task: of all together, a quick node's tasks would have ended
        before a slow one's have begun."""
        self.is_full, self.may_go_on = asyncio.Event(), asyncio.Event()
        self.held: set[str] = set()
        asked: Counter[str] = Counter()
        inner = [*self.rules, *filter(None, [self._plain])]

        async def answer(call: Call) -> Any:
            task = TASK_NUMBER.findall(call.user)[0]
            asked[task] += 1
            if asked[task] > number and not self.may_go_on.is_set():
                self.held.add(_what_is_asked(call))
                if len(self.held) == in_flight:
                    self.is_full.set()
                await self.may_go_on.wait()
            return next(rule for rule in inner if rule.matches(call)).next()

        self.rules = [Rule([answer])]
        return self

    @property
    def times_asked(self) -> Counter[str]:
        """How often each different thing was asked."""
        return Counter(map(_what_is_asked, self.calls))

    @property
    def asked_again(self) -> set[str]:
        return {asked for asked, times in self.times_asked.items() if times > 1}


def _what_is_asked(call: Call) -> str:
    return json.dumps(call.body, sort_keys=True)


async def work(
    plan: Plan, runs: Path, engine: LocalEngine | RayEngine, tally: Tally | None = None, **how: Any
) -> Tally:
    tally = tally or Tally(len(plan.jobs))
    settings = WorkSettings(sandbox=plan.jobs[0].spec.sandbox, **how)
    await engine.work(plan.groups(), runs, settings, Spending(), tally)
    return tally


def told(run: Path) -> list[tuple[str, str, Any]]:
    """A journal without what differs from one time to another."""
    return [
        (event.kind, event.where, _timeless(as_json(event.data)))
        for event in read_events(run / FILE_NAME)
        if event.kind != "words"
    ]


def _timeless(value: Any) -> Any:
    if isinstance(value, Mapping):
        changing = ("seconds", "sha", "commit", "digest", "id")
        return {key: _timeless(each) for key, each in value.items() if key not in changing}
    return [_timeless(each) for each in value] if isinstance(value, list) else value


def files(run: Path) -> dict[str, bytes]:
    return Product.open(run / PRODUCT).files()


def tags(run: Path) -> list[list[str]]:
    return [entry.tags for entry in Product.open(run / PRODUCT).log()]


@pytest.mark.cluster
async def test_what_comes_home_is_what_the_local_engine_makes(
    cluster: RayCluster, tmp_path: Path
) -> None:
    """Also where runs share a past, and are forks of each other."""
    conditions = {"pair": {"company": "pair"}, "default": {"company": "default"}, **SOLO}
    async with ScriptedProvider.from_script(script()) as provider:
        plan = await plan_of(TASKS[:3], conditions, provider)
        local = await work(plan, tmp_path / "local", LocalEngine())
        calls = len(provider.calls)
        far = await work(plan, tmp_path / "ray", RayEngine(cluster.address))
        assert len(provider.calls) == 2 * calls
    assert (far.problems, far.done, far.used) == ({}, 9, local.used)
    for job in plan.jobs:
        here, there = tmp_path / "local" / job.id, tmp_path / "ray" / job.id
        assert told(there) == told(here)
        assert files(there) == files(here)
        assert tags(there) == tags(here)
        assert {path.name for path in there.iterdir()} == {path.name for path in here.iterdir()}
        assert (there / PRODUCT / "main.py").read_bytes() == files(here)["main.py"]
        assert not is_locked(there / FILE_NAME)


@pytest.mark.cluster
async def test_when_a_node_dies_others_go_on_with_what_it_sent_home(
    cluster: RayCluster, tmp_path: Path
) -> None:
    conditions = {**SOLO, "default": {"company": "default"}, "pair": {"company": "pair"}}
    async with ScriptedProvider.from_script(script()) as provider:
        plan = await plan_of(TASKS, conditions, provider)
        await work(plan, tmp_path / "local", LocalEngine(), at_once=6)
        needed = len(provider.calls)
    halfway = needed // len(TASKS) // 2
    async with HeldUp.from_script(script()).hold_from(halfway, in_flight=6) as provider:
        plan = await plan_of(TASKS, conditions, provider)
        tally = Tally(len(plan.jobs))
        engine = RayEngine(cluster.address)
        working = asyncio.create_task(work(plan, tmp_path / "ray", engine, tally, at_once=6))
        await provider.is_full.wait()
        await asyncio.to_thread(cluster.kill_node, cluster.nodes[0])
        provider.may_go_on.set()
        await working
        assert len(provider.times_asked) == needed
        assert provider.asked_again, "nothing was in flight on the node that died"
        assert provider.asked_again < provider.held
    cluster.add_node()
    assert (tally.done, tally.problems) == (18, {})
    for job in plan.jobs:
        assert files(tmp_path / "ray" / job.id) == files(tmp_path / "local" / job.id)


@pytest.mark.cluster
@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
async def test_a_command_that_was_ended_is_gone_on_with_by_any_engine(
    cluster: RayCluster, tmp_path: Path, how: signal.Signals
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "tasks.txt").write_text("\n".join(each.prompt for each in TASKS[:4]))
    command = ["batch", "tasks.txt", "--company", "default", "--sandbox", "none", "--plain"]
    at = ["--engine", "ray", "--address", cluster.address]
    async with HeldUp.from_script(script()).hold_from(3, in_flight=4) as provider:
        command += ["--model", model_of(provider), "-j", "4"]
        with begun(*command, *at, folder=home) as process:
            await provider.is_full.wait()
            process.send_signal(how)
            code = await asyncio.to_thread(process.wait, 60)
        assert code == (-signal.SIGKILL if how == signal.SIGKILL else 130)
        runs = list((home / "batches/tasks/runs").iterdir())
        assert [(is_locked(run / FILE_NAME), job_status_of(run).stage) for run in runs] == [
            (False, "begun")
        ] * 4
        if how == signal.SIGINT:
            ends = [read_events(run / FILE_NAME)[-1] for run in runs]
            assert {as_json(end.data)["reason"] for end in ends} == {"interrupted"}
        provider.may_go_on.set()
        until_then = list(provider.calls)
        for again in (at, []):
            place = tmp_path / ("ray" if again else "local")
            shutil.copytree(home, place, symlinks=True)
            provider.calls[:] = until_then
            ended = await asyncio.to_thread(as_process, *command, *again, cwd=place, seconds=180)
            assert ended.code == 0, ended.err
            assert provider.asked_again == provider.held
            runs = list((place / "batches/tasks/runs").iterdir())
            assert [job_status_of(run).stage for run in runs] == ["evaluated"] * 4


async def test_a_run_has_begun_at_home_before_its_first_call(
    near: RayEngine, tmp_path: Path
) -> None:
    """So a command that is killed then leaves nothing that was asked for and is not known."""
    async with HeldUp([MAIN]).hold_from(0, in_flight=4) as provider:
        plan = await plan_of(TASKS[:4], SOLO, provider)
        working = asyncio.create_task(work(plan, tmp_path, near))
        await provider.is_full.wait()
        stages = [job_status_of(tmp_path / job.id).stage for job in plan.jobs]
        provider.may_go_on.set()
        await working
    assert stages == ["begun"] * 4


async def test_every_job_of_a_worker_that_is_given_up_learns_of_it(tmp_path: Path) -> None:
    """Whichever of them noticed first: the others must not be taken for cancelled. What was in
    flight counts as used, at the most."""
    worker = Worker()
    async with HeldUp([MAIN]).hold_from(0, in_flight=2) as provider:
        plan = await plan_of(TASKS[:2], SOLO, provider)
        tally, shared_budget = Tally(2), SharedBudget()
        home = Home(tmp_path, WorkSettings(), "none", tally, shared_budget, Rates())
        await worker.open(Brief(version("softhouse"), "none", None, "", {}, {}))
        distant = DistantWorker(worker.do, lambda: None)
        working = asyncio.create_task(home.pool(distant).work(plan.groups(), 2))
        await provider.is_full.wait()
        distant.end()
        await working
        provider.may_go_on.set()
    await worker.close()
    assert tally.problems == {job.id: LOST for job in plan.jobs}
    assert [job_status_of(tmp_path / job.id).stage for job in plan.jobs] == ["begun"] * 2
    spent, longest = shared_budget.spent, provider.calls[0].body["max_tokens"]
    assert (spent.calls, spent.completion_tokens) == (2, 2 * longest)


@pytest.mark.cluster
@pytest.mark.slow
async def test_a_job_that_ends_its_workers_is_given_up_and_the_others_are_not(
    cluster: RayCluster, tmp_path: Path
) -> None:
    def answer(call: Call) -> str:
        if "number 0" in call.user:
            cluster.kill_workers()
        return MAIN

    async with ScriptedProvider([answer]) as provider:
        plan = await plan_of(TASKS[:2], SOLO, provider)
        tally = await work(plan, tmp_path, RayEngine(cluster.address), at_once=1)
    assert "given up: the 3 workers" in tally.problems["solo--task-0"]
    assert [tally.job_statuses[job.id].is_done for job in plan.jobs] == [False, True]


async def test_a_run_can_be_stopped_from_home(near: RayEngine, tmp_path: Path) -> None:
    async with HeldUp.from_script(script()).hold_from(1, in_flight=1) as provider:
        plan = await plan_of(TASKS[:1], {"pair": {"company": "pair"}}, provider)
        working = asyncio.create_task(work(plan, tmp_path, near))
        await provider.is_full.wait()
        run = tmp_path / plan.jobs[0].id
        send(run, Stop())
        tally = await working
        provider.may_go_on.set()
    assert "was stopped" in tally.problems[plan.jobs[0].id]
    assert job_status_of(run).stage == "begun"


async def test_all_nodes_together_keep_to_one_rate(near: RayEngine, tmp_path: Path) -> None:
    """Six calls are wanted at once, and four may begin in a minute; the batch has no minute."""
    async with ScriptedProvider([MAIN]) as provider:
        plan = await plan_of(TASKS, SOLO, provider)
        how = {"rates": {provider.url: Rate(requests=4)}, "limits": RunLimits(seconds=3.0)}
        with pytest.raises(BudgetReached, match="time limit"):
            await work(plan, tmp_path, near, at_once=6, **how)
        assert len(provider.calls) == 4


async def test_all_nodes_together_keep_to_one_shared_budget(
    near: RayEngine, tmp_path: Path
) -> None:
    async with ScriptedProvider([MAIN]) as provider:
        plan = await plan_of(TASKS, SOLO, provider)
        tally = Tally(len(plan.jobs))
        with pytest.raises(BudgetReached, match="call limit of the whole"):
            await work(plan, tmp_path, near, tally, at_once=6, limits=RunLimits(calls=4))
        assert len(provider.calls) == 4
    assert tally.done == 4


async def test_a_node_that_was_asked_to_wait_tells_the_others(
    near: RayEngine, tmp_path: Path
) -> None:
    """Whoever calls next, on whatever node, waits until the provider's time is over."""
    wait = 2.0
    refusal = Reply(fault="rate_limit", retry_after=str(wait))
    async with ScriptedProvider([MAIN], faults={0: refusal}) as provider:
        plan = await plan_of(TASKS[:1], SOLO, provider)
        other = await plan_of(TASKS[1:], SOLO, provider)
        await work(
            replace(plan, jobs=plan.jobs + other.jobs), tmp_path, near,
            at_once=6, rates={provider.url: Rate(requests=1000)},
        )  # fmt: skip
        told_at = provider.calls[0].at
        late = [call.at - told_at for call in provider.calls[1:] if call.at - told_at > 0.5]
    assert min(late) >= wait


@pytest.mark.usefixtures("eyes")
async def test_pictures_and_checks_travel_with_a_job(near: RayEngine, tmp_path: Path) -> None:
    image = tmp_path / "sketch.png"
    image.write_bytes(PIXEL)
    check = {"name": "tips", "run": "python main.py", "stdout": {"equals": "tip 60\n"}}
    card = TaskCard.model_validate(
        {"id": "tip", "prompt": "A tip calculator", "checks": [check]}
    ).model_copy(update={"images": [str(image)]})
    async with ScriptedProvider([MAIN]) as provider:
        plan = await plan_of([card], SOLO, provider, sandbox="bubblewrap")
        tally = await work(plan, tmp_path / "runs", near)
    assert (tally.problems, tally.completed) == ({}, 1)
    (attached,) = (tmp_path / "runs/solo--tip" / ATTACHMENTS).iterdir()
    assert attached.read_bytes() == PIXEL


async def test_a_folder_that_cannot_be_written_fails_its_job_alone(
    near: RayEngine, tmp_path: Path
) -> None:
    """Home is what counts: a run whose lines it does not take does not go on elsewhere."""
    async with ScriptedProvider([MAIN]) as provider:
        plan = await plan_of(TASKS[:2], SOLO, provider)
        (tmp_path / plan.jobs[0].id).write_text("in the way")
        tally = await work(plan, tmp_path, near)
    assert tally.done == 1
    assert "No run can be kept" in tally.problems[plan.jobs[0].id]


async def test_a_worker_of_another_version_is_refused() -> None:
    refusal = await Worker().open(Brief("0.0.0", "none", None, "", {}, {}))
    assert isinstance(refusal, ConfigurationError)
    assert "install the same version on every node" in str(refusal)


async def test_keys_of_a_node_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "the node's")
    monkeypatch.setenv("MISTRAL_API_KEY", "")
    brief = Brief(version("softhouse"), "none", None, "", {"OPENAI_API_KEY": "home's"}, {})
    worker = Worker()
    assert await worker.open(brief) is None
    assert os.environ["OPENAI_API_KEY"] == "the node's"
    assert "home's" not in repr(brief)
    await worker.close()


async def test_without_ray_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    async with ScriptedProvider([MAIN]) as provider:
        plan = await plan_of(TASKS[:1], SOLO, provider)
        with pytest.raises(ConfigurationError, match=r"pip install 'softhouse\[ray\]'"):
            await work(plan, tmp_path, RayEngine())


async def test_an_address_where_nothing_answers_is_named(tmp_path: Path) -> None:
    async with ScriptedProvider([MAIN]) as provider:
        plan = await plan_of(TASKS[:1], SOLO, provider)
        with pytest.raises(ConfigurationError, match=r"No Ray cluster answers at 127\.0\.0\.1:9"):
            await work(plan, tmp_path, RayEngine("127.0.0.1:9"))


@contextmanager
def begun(*arguments: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A command in a process of its own, which ends with the block at the latest."""
    with subprocess.Popen(
        [sys.executable, "-m", "softhouse", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
