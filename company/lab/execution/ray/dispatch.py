"""Handing groups of jobs to pools here at home, one for each node, and to others when a node is lost."""

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from company.engine.budget import SharedBudget
from company.engine.resources import DISK_THREADS, Resources
from company.engine.signals.mailbox_poller import MailboxPoller
from company.lab.design.plan import Job
from company.lab.evaluation.evaluate import Evaluator
from company.lab.execution.engine import WorkSettings
from company.lab.execution.job_status import job_status_of
from company.lab.execution.progress import Tally
from company.lab.execution.ray.cluster import Cluster, Node
from company.lab.execution.ray.distant_models import DistantModels
from company.lab.execution.ray.distant_sandboxes import DistantBackend
from company.lab.execution.ray.distant_worker import DistantWorker, WorkerLost
from company.lab.execution.ray.worker import Brief, Worker
from company.lab.execution.worker_pool import WorkerPool
from company.models.rates import Rates
from warehouse.errors import SofthouseError

LOOK_EVERY = 5.0
"""Seconds between two looks for nodes without a worker: new ones, and those that lost theirs."""
START_WITHIN = 60.0
"""Seconds in which a worker must be ready."""
LOOKS_IN_VAIN = 12
"""Looks that find nobody at all, one after another, before it is given up."""
MOST_LOSSES = 3
"""Workers lost over one group; after so many it is likely that the group is what ends them."""
PATIENCE = 15.0
"""Seconds that workers have to stop their sandboxes when everything is to end."""
GIVEN_UP = f"given up: the {MOST_LOSSES} workers that tried were lost. It may need more memory."
Group = Sequence[Job]


@dataclass
class Home:
    """Where all runs are made and kept, by a pool for each worker. The pools differ in whose models and
    sandboxes they use.

    It is the process of the person who gave the command. So what lies in the folder at any moment is
    what the local engine would have left there, and limits, rates and signals are those of one process.
    """

    runs: Path
    settings: WorkSettings
    sandbox: str
    progress: Tally
    shared_budget: SharedBudget
    rates: Rates
    post: MailboxPoller = field(default_factory=MailboxPoller)
    disk: ThreadPoolExecutor = field(
        default_factory=partial(ThreadPoolExecutor, DISK_THREADS, thread_name_prefix="disk")
    )

    def pool(self, worker: DistantWorker) -> WorkerPool:
        """Works here on runs whose calls and commands are performed by the worker."""
        settings, has_sandbox = self.settings, self.sandbox != "none"
        resources = Resources(
            DistantModels(worker, self.rates, self.shared_budget, settings.calls_at_once),
            DistantBackend(self.sandbox, worker) if has_sandbox else None,
            self.disk,
            shared_budget=self.shared_budget,
            post=self.post,
            allowed=settings.allowed,
        )
        evaluator = Evaluator(
            resources.backend,
            self.disk,
            settings.mutants,
            settings.embeddings,
            worker.embed if settings.embeddings else None,
        )
        return WorkerPool(self.runs, resources, evaluator, self.progress, settings.evaluate_again)


@dataclass(eq=False)
class _Staff:
    """A worker, the pool at home that uses it, and how many groups are under way with it."""

    worker: DistantWorker
    pool: WorkerPool
    busy: int = 0


class Dispatch:
    """Keeps as many groups under way as wanted, spread over the workers there are."""

    def __init__(self, cluster: Cluster, home: Home, brief: Brief) -> None:
        self._cluster = cluster
        self._home = home
        self._brief = brief
        self._staff: dict[Node, _Staff] = {}
        self._hired = asyncio.Event()
        self._in_vain = 0
        self._closed_by: SofthouseError | None = None

    async def work(self, groups: Sequence[Group]) -> None:
        """Have every group done.

        Raises what ended the whole before its time, or SofthouseError where no worker is left.
        """
        waiting = deque(groups)
        try:
            await self._look(is_first=True)
            looking = asyncio.create_task(self._look_again_and_again())
            working = asyncio.create_task(self._work(waiting))
            try:
                await asyncio.wait([working, looking], return_when=asyncio.FIRST_COMPLETED)
                await (working if working.done() else looking)
            finally:
                working.cancel()
                looking.cancel()
                await asyncio.gather(working, looking, return_exceptions=True)
        finally:
            await asyncio.gather(*map(self._part, self._staff.values()))
        if self._closed_by is not None:
            raise self._closed_by

    async def _work(self, waiting: deque[Group]) -> None:
        async with asyncio.TaskGroup() as hands:
            for _ in range(min(self._home.settings.jobs_at_once(waiting), len(waiting))):
                hands.create_task(self._take_groups(waiting))

    async def _take_groups(self, waiting: deque[Group]) -> None:
        while waiting and self._closed_by is None:
            await self._do(waiting.popleft())

    async def _do(self, group: Group) -> None:
        """Have a group done, by another worker if the one is lost over it."""
        for _ in range(MOST_LOSSES):
            if self._closed_by is None and await self._done_by(await self._least_busy(), group):
                return
        for job in group if self._closed_by is None else ():
            run = self._home.runs / job.id
            if not (await asyncio.to_thread(job_status_of, run)).is_done:
                self._home.progress.failed(job.id, GIVEN_UP)

    async def _done_by(self, staff: _Staff, group: Group) -> bool:
        """Whether the worker was there to the end. What closes its pool ends the whole."""
        staff.busy += 1
        try:
            for job in group:
                await staff.pool.work([[job]], 1)
                if staff.worker.is_lost:
                    return False
        except SofthouseError as error:
            self._closed_by = self._closed_by or error
        finally:
            staff.busy -= 1
        return True

    async def _least_busy(self) -> _Staff:
        while True:
            there = [staff for staff in self._staff.values() if not staff.worker.is_lost]
            if there:
                return min(there, key=lambda staff: staff.busy)
            self._hired.clear()
            await self._hired.wait()

    async def _look_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self._look()

    async def _look(self, *, is_first: bool = False) -> None:
        """Have a worker on every node. Raises SofthouseError where there is none for long."""
        for node in [node for node, staff in self._staff.items() if staff.worker.is_lost]:
            self._staff.pop(node).worker.end()
        nodes = [node for node in await self._cluster.nodes() if node not in self._staff]
        problems = await asyncio.gather(*map(self._hire, nodes), return_exceptions=True)
        for problem in problems:
            may_be_left_aside = WorkerLost if is_first else SofthouseError
            if problem is not None and not isinstance(problem, may_be_left_aside):
                raise problem
        self._in_vain = 0 if self._staff else self._in_vain + 1
        if not self._staff and (is_first or self._in_vain >= LOOKS_IN_VAIN):
            reasons = {getattr(problem, "why", str(problem)) for problem in problems if problem}
            raise SofthouseError(
                "No node of the Ray cluster works for us"
                + (f": {min(reasons)}" if reasons else ", or none has a CPU")
                + " Nothing is lost: the same command goes on, on a cluster or with --engine local."
            )

    async def _hire(self, node: Node) -> None:
        worker = self._cluster.start(node)
        try:
            async with asyncio.timeout(START_WITHIN):
                refusal = await worker.call(Worker.open, self._brief)
        except TimeoutError:
            worker.end()
            raise WorkerLost(
                f"{node} did not start a worker within {START_WITHIN:.0f} s."
            ) from None
        if refusal is not None:
            worker.end()
            raise type(refusal)(f"{node} cannot work: {refusal}")
        self._staff[node] = _Staff(worker, self._home.pool(worker))
        self._hired.set()

    async def _part(self, staff: _Staff) -> None:
        """End a worker; its sandboxes are stopped first."""
        try:
            async with asyncio.timeout(PATIENCE):
                await staff.worker.call(Worker.close)
        except (WorkerLost, TimeoutError):
            pass
        finally:
            staff.worker.end()
