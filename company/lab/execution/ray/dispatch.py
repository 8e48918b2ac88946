"""Handing groups of jobs to workers, and to others when a worker is lost."""

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress

from company.lab.design.plan import Job
from company.lab.execution.ray.cluster import Cluster, Node
from company.lab.execution.ray.distant_worker import WorkerLost
from company.lab.execution.ray.home import Home
from company.lab.execution.ray.messages import Brief, LeaveAlone
from company.lab.execution.ray.node_desk import NodeDesk
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
"""Seconds that workers have to send home what they recorded, when everything is to end."""

LOST = "its node was lost; another goes on with it."
GIVEN_UP = f"given up: the {MOST_LOSSES} workers that tried were lost. It may need more memory."

Group = Sequence[Job]


class Dispatch:
    """Keeps as many groups under way as wanted, spread over the workers there are."""

    def __init__(self, cluster: Cluster, home: Home, brief: Brief) -> None:
        self._cluster = cluster
        self._home = home
        self._brief = brief
        self._desks: dict[Node, NodeDesk] = {}
        self._working: dict[asyncio.Task[SofthouseError | None], tuple[NodeDesk, Group]] = {}
        self._losses: Counter[str] = Counter()
        self._in_vain = 0
        self._closed_by: SofthouseError | None = None

    async def work(self, groups: Sequence[Group]) -> None:
        """Have every group done.

        Raises what ended the whole before its time, or SofthouseError where no worker is left.
        """
        waiting = deque(groups)
        looking: asyncio.Task[None] | None = None
        try:
            await self._look(is_first=True)
            while self._working or (waiting and self._closed_by is None):
                looking = looking or asyncio.create_task(self._look_again())
                await self._hand_out(waiting)
                await asyncio.wait([*self._working, looking], return_when=asyncio.FIRST_COMPLETED)
                for task in [task for task in self._working if task.done()]:
                    await self._settle(task, waiting)
                if looking.done():
                    looking.result()
                    looking = None
        finally:
            if looking is not None:
                looking.cancel()
            await self._part()
        if (closed_by := self._closed_by or await self._home.short_of()) is not None:
            raise closed_by

    async def _hand_out(self, waiting: deque[Group]) -> None:
        for node_desk in [node_desk for node_desk in self._desks.values() if node_desk.is_lost]:
            await self._lose(node_desk)
        at_once = self._brief.settings.at_once
        while waiting and self._desks and self._closed_by is None and len(self._working) < at_once:
            busy = Counter(node_desk for node_desk, _ in self._working.values())
            node_desk = min(self._desks.values(), key=busy.__getitem__)
            group = waiting.popleft()
            self._working[asyncio.create_task(node_desk.work(group))] = node_desk, group

    async def _settle(
        self, task: "asyncio.Task[SofthouseError | None]", waiting: deque[Group]
    ) -> None:
        node_desk, group = self._working.pop(task)
        try:
            self._closed_by = self._closed_by or task.result()
        except WorkerLost:
            await self._lose(node_desk)
            self._losses[group[0].group] += 1
            if self._losses[group[0].group] < MOST_LOSSES:
                waiting.appendleft(group)
                for job in group:
                    if self._home.runs[job.id].is_worked_on:
                        self._home.progress.failed(job.id, LOST)
            else:
                await self._give_up(group)

    async def _give_up(self, group: Group) -> None:
        for job in group:
            if not (await self._home.runs[job.id].job_status()).is_done:
                self._home.progress.failed(job.id, GIVEN_UP)
            await self._home.ended(job.id)

    async def _look_again(self) -> None:
        await asyncio.sleep(LOOK_EVERY)
        await self._look()

    async def _look(self, *, is_first: bool = False) -> None:
        """Have a worker on every node. Raises SofthouseError where there is none for long."""
        nodes = [node for node in await self._cluster.nodes() if node not in self._desks]
        found = await asyncio.gather(*map(self._hire, nodes), return_exceptions=True)
        for problem in found:
            may_be_left_aside = WorkerLost if is_first else (WorkerLost, SofthouseError)
            if problem is not None and not isinstance(problem, may_be_left_aside):
                raise problem
        self._in_vain = 0 if self._desks else self._in_vain + 1
        if not self._desks and (is_first or self._in_vain >= LOOKS_IN_VAIN):
            reasons = {str(problem) for problem in found if problem is not None}
            raise SofthouseError(
                "No node of the Ray cluster works for us"
                + (f": {min(reasons)}" if reasons else ", or none has a CPU")
                + " Nothing is lost: the same command goes on, on a cluster or with --engine local."
            )

    async def _hire(self, node: Node) -> None:
        worker = self._cluster.start(node, self._brief.settings.at_once)
        try:
            async with asyncio.timeout(START_WITHIN):
                refusal = await worker.open(self._brief)
        except TimeoutError:
            worker.end()
            raise WorkerLost(
                f"{node} did not start a worker within {START_WITHIN:.0f} s."
            ) from None
        if refusal is not None:
            worker.end()
            raise type(refusal)(f"{node} cannot work: {refusal}")
        self._desks[node] = NodeDesk(worker, self._home, self._pass_on)

    def _pass_on(self, heard_by: NodeDesk, message: LeaveAlone) -> None:
        for node_desk in self._desks.values():
            if node_desk is not heard_by:
                node_desk.say(message)

    async def _lose(self, lost: NodeDesk) -> None:
        for node, node_desk in list(self._desks.items()):
            if node_desk is lost:
                del self._desks[node]
                await node_desk.close()
                node_desk.worker.end()

    async def _part(self) -> None:
        """End all workers; what they are still at is stopped, recorded and sent home first."""
        if self._working:
            stops = (node_desk.worker.stop() for node_desk in self._desks.values())
            await asyncio.gather(*stops, return_exceptions=True)
            await asyncio.wait(self._working, timeout=PATIENCE)
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)
        for node_desk in self._desks.values():
            with suppress(WorkerLost, TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await node_desk.worker.close()
            await node_desk.close()
            node_desk.worker.end()
