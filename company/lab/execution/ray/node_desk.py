"""The desk at home for one worker: hands it jobs, keeps what it sends, answers what it asks."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from company.engine.budget import NOTHING, Estimate
from company.lab.design.plan import Job
from company.lab.execution.ray.distant_worker import DistantWorker, WorkerLost
from company.lab.execution.ray.home import Home
from company.lab.execution.ray.messages import (
    Answer,
    Began,
    End,
    Fact,
    Failed,
    GivenBack,
    Keep,
    LeaveAlone,
    Lend,
    MayBegin,
    Question,
    Request,
    ReservedMore,
    Settled,
    Steer,
    ToHome,
    ToWorker,
    Used,
    Withdrawn,
)
from warehouse.errors import SofthouseError
from warehouse.history.usage import NOTHING_USED, Usage


class NodeDesk:
    """One worker, seen from home. Once it is closed, nothing of the worker is taken in any more."""

    def __init__(
        self, worker: DistantWorker, home: Home, pass_on: Callable[["NodeDesk", LeaveAlone], None]
    ) -> None:
        """`pass_on` tells the workers at other desks."""
        self.worker = worker
        self._home = home
        self._pass_on = pass_on
        self._to_say: list[ToWorker] = []
        self._something_to_say = asyncio.Event()
        self._keeping: set[asyncio.Task[None]] = set()
        self._granting: dict[int, asyncio.Task[None]] = {}
        self._own, self._lent, self._calls = NOTHING_USED, NOTHING, 0
        self._loops = [asyncio.create_task(self._listen()), asyncio.create_task(self._speak())]

    async def work(self, group: Sequence[Job]) -> SofthouseError | None:
        """Let the worker do a group. Returns what ended all work; raises WorkerLost."""
        try:
            parcel = await self._home.packed(group)
        except SofthouseError as error:
            for job in group:
                self._home.progress.failed(job.id, str(error))
                await self._home.ended(job.id)
            return None
        working = asyncio.ensure_future(self.worker.work(parcel))
        try:
            await asyncio.wait([working, *self._loops], return_when=asyncio.FIRST_COMPLETED)
            for loop in filter(asyncio.Task.done, self._loops):
                if loop.cancelled():
                    raise WorkerLost("The worker was given up.")
                loop.result()
            return await working
        finally:
            working.cancel()

    @property
    def is_lost(self) -> bool:
        """Whether the worker cannot be reached any more; those that work for it know it too."""
        return any(loop.done() for loop in self._loops)

    def say(self, message: ToWorker) -> None:
        """Tell the worker something, together with whatever else is to be said."""
        self._to_say.append(message)
        self._something_to_say.set()

    async def close(self) -> None:
        """Take in nothing more, and finish writing what is here.

        What was lent for calls that have not come home counts as used: they may have been paid for.
        """
        for task in (*self._loops, *self._granting.values()):
            task.cancel()
        waiting = (*self._loops, *self._granting.values(), *self._keeping)
        await asyncio.gather(*waiting, return_exceptions=True)
        shared_budget = self._home.shared_budget
        shared_budget.count(Usage(self._calls, self._lent.tokens, 0, self._lent.usd))
        while self._calls:
            self._give_back(self._lent)

    async def _listen(self) -> None:
        while True:
            for message in await self.worker.said():
                self._take(message)

    async def _speak(self) -> None:
        while True:
            await self._something_to_say.wait()
            self._something_to_say.clear()
            messages, self._to_say = self._to_say, []
            await self.worker.hear(messages)

    def _take(self, message: ToHome) -> None:
        match message:
            case Question(number, Keep() | End() as asked):
                task = asyncio.create_task(self._answer(number, asked))
                self._keeping.add(task)
                task.add_done_callback(self._keeping.discard)
            case Question(number, asked):
                self._granting[number] = asyncio.create_task(self._answer(number, asked))
            case Withdrawn(number):
                if (granting := self._granting.get(number)) is not None:
                    granting.cancel()
            case fact:
                self._note(fact)

    async def _answer(self, number: int, asked: Request) -> None:
        try:
            self.say(Answer(number, await self._do(asked)))
        except SofthouseError as error:
            self.say(Answer(number, error=error))
        finally:
            self._granting.pop(number, None)

    async def _do(self, asked: Request) -> Any:
        home = self._home
        match asked:
            case Keep(run, lines, product):
                return await home.runs[run].keep(lines, product)
            case End(job):
                return await home.ended(job)
            case MayBegin(place, tokens):
                return await home.rates.admit(place, tokens)
            case Lend(estimate):
                await home.shared_budget.take(estimate, lambda: None)
                self._lent, self._calls = self._lent + estimate, self._calls + 1
                return home.shared_budget.claimed - self._claimed

    def _note(self, fact: Fact) -> None:
        home = self._home
        match fact:
            case Settled(place, number, tokens):
                home.rates.settle(place, number, tokens)
            case LeaveAlone(place, seconds):
                home.rates.hold(place, seconds)
                self._pass_on(self, fact)
            case ReservedMore(estimate):
                home.shared_budget.reserve(estimate, calls=0)
                self._lent += estimate
            case GivenBack(estimate):
                self._give_back(estimate)
            case Used(usage):
                home.shared_budget.count(usage)
                self._own += usage
            case Began(job):
                run = home.runs[job]
                home.progress.began(job, lambda: run.summary)
                run.attend(home.post, lambda command: self.say(Steer(job, command)))
            case Failed(job, why):
                home.progress.failed(job, why)

    def _give_back(self, estimate: Estimate) -> None:
        self._home.shared_budget.let_go(estimate)
        self._calls -= 1
        self._lent = self._lent - estimate if self._calls else NOTHING

    @property
    def _claimed(self) -> Estimate:
        return self._lent + Estimate(self._own.tokens, self._own.known_cost)
