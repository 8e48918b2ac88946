"""The worker: an actor on a node that does whole groups of jobs, many side by side.

It is our worker pool in a folder of its own, which is a draft: what runs record is sent home before
anything is built on it. Ray calls its methods from home, and nobody else does.
"""

import asyncio
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from company.engine.resources import open_resources
from company.errors import ConfigurationError
from company.lab.design.plan import Job
from company.lab.evaluation.evaluate import evaluator_of
from company.lab.execution.job_status import JobStatus
from company.lab.execution.ray.line import Line
from company.lab.execution.ray.messages import (
    Answer,
    Began,
    Brief,
    End,
    Failed,
    KeptSoFar,
    LeaveAlone,
    Parcel,
    Steer,
    ToHome,
    ToWorker,
)
from company.lab.execution.ray.mirror import Mirror
from company.lab.execution.ray.scratch import make_scratch
from company.lab.execution.ray.shared import DistantRates, DistantSharedBudget, has_limits
from company.lab.execution.worker_pool import WorkerPool
from company.remote.mailbox import send
from warehouse.errors import SofthouseError
from warehouse.history.summary import RunSummary
from warehouse.journal.journal import FILE_NAME
from warehouse.product.bundle import Bundle, take_in
from warehouse.product.product import Product
from warehouse.runs.folders import ATTACHMENTS, PRODUCT

IMAGES = "images"


class Worker:
    """Does what it is sent until it is stopped."""

    def __init__(self) -> None:
        self._line = Line()
        self._open = AsyncExitStack()
        self._groups: set[asyncio.Task[None]] = set()
        self._under_way: set[str] = set()
        self._seen_off: dict[str, asyncio.Task[None]] = {}

    async def open(self, brief: Brief) -> SofthouseError | None:
        """Make ready. Returns why that is not possible on this node."""
        try:
            await self._make_ready(brief)
        except SofthouseError as error:
            await self._open.aclose()
            return error
        return None

    async def work(self, parcel: Parcel) -> SofthouseError | None:
        """Do the jobs of a group in their order. Returns what ended all work before its time."""
        task = asyncio.create_task(self._work(parcel))
        self._groups.add(task)
        try:
            await task
        except SofthouseError as error:
            return error
        except asyncio.CancelledError:
            if not task.cancelled():
                raise
        finally:
            self._groups.discard(task)
            await self._leave(parcel.jobs)
        return None

    async def said(self) -> list[ToHome]:
        """What is to be told at home, as soon as that is something."""
        return await self._line.said()

    async def hear(self, messages: Sequence[ToWorker]) -> None:
        """What home says."""
        for message in messages:
            match message:
                case Answer():
                    self._line.hear(message)
                case LeaveAlone(place, seconds):
                    self._rates.leave_alone(place, seconds)
                case Steer(run, command):
                    with suppress(SofthouseError):
                        send(self._runs / run, command)

    async def stop(self) -> None:
        """End everything as Ctrl-C does. `work` returns once all that was recorded is home."""
        for task in self._groups:
            task.cancel()

    async def close(self) -> None:
        """Let go of everything."""
        await self._open.aclose()

    async def _make_ready(self, brief: Brief) -> None:
        if brief.version != version("softhouse"):
            raise ConfigurationError(
                f"softhouse {version('softhouse')} is installed there, and {brief.version} here: "
                "install the same version on every node."
            )
        for name, value in brief.environment.items():
            os.environ.setdefault(name, value)
        settings = brief.settings
        scratch = make_scratch()
        self._open.callback(shutil.rmtree, scratch, ignore_errors=True)
        self._images, self._runs = scratch / IMAGES, scratch / "runs"
        self._runs.mkdir()
        self._rates = DistantRates(settings.rates, self._line)
        is_limited = has_limits(settings.limits)
        resources = await self._open.enter_async_context(
            open_resources(
                brief.sandbox,
                rates=self._rates,
                shared_budget=DistantSharedBudget(settings.limits, brief.seconds, self._line)
                if is_limited
                else None,
                calls_at_once=settings.calls_at_once,
                sandboxes_at_once=settings.sandboxes_at_once or os.cpu_count() or 1,
            )
        )
        self._mirror = Mirror(self._line, resources.disk)
        resources = replace(resources, elsewhere=self._mirror.keep)
        self._disk = resources.disk
        evaluator = await self._open.enter_async_context(evaluator_of(settings, resources))
        self._pool = WorkerPool(self._runs, resources, evaluator, self, settings.evaluate_again)
        rounds = asyncio.create_task(self._mirror.go_round())
        self._open.callback(rounds.cancel)

    async def _work(self, parcel: Parcel) -> None:
        loop = asyncio.get_running_loop()
        jobs = await loop.run_in_executor(self._disk, self._lay_down, parcel)
        for run, kept in parcel.runs.items():
            self._mirror.knows(self._runs / run, kept)
        await self._pool.work([jobs], 1)

    def _lay_down(self, parcel: Parcel) -> list[Job]:
        """Make of a parcel what a worker pool finds when it goes on; the jobs, with pictures from here."""
        jobs = []
        for job in parcel.jobs:
            images = parcel.images.get(job.id, {})
            here = _put(images, self._images / job.id)
            jobs.append(replace(job, spec=job.spec.model_copy(update={"images": here})))
            if (kept := parcel.runs.get(job.id)) is not None:
                _lay_down_run(self._runs / job.id, kept, images)
        return jobs

    async def _leave(self, jobs: Sequence[Job]) -> None:
        """Wait until everything is home, and make room."""
        for job in jobs:
            if job.id in self._under_way:
                self.ended(job.id)
            if (seen_off := self._seen_off.pop(job.id, None)) is not None:
                await seen_off
            self._mirror.forget(self._runs / job.id)
            for folder in (self._runs / job.id, self._images / job.id):
                shutil.rmtree(folder, ignore_errors=True)

    def began(self, job: str, _: Callable[[], RunSummary]) -> None:
        """As `Progress` says; what is used is counted at home, from the journal."""
        self._under_way.add(job)
        self._mirror.follow(self._runs / job)
        self._line.tell(Began(job))

    def failed(self, job: str, why: str) -> None:
        """As `Progress` says."""
        self._line.tell(Failed(job, why))

    def ended(self, job: str, _: JobStatus | None = None) -> None:
        """As `Progress` says; told at home once everything is there."""
        self._under_way.discard(job)
        self._seen_off[job] = asyncio.create_task(self._see_off(job))

    async def _see_off(self, job: str) -> None:
        try:
            await self._mirror.keep(self._runs / job / FILE_NAME)
        except SofthouseError as error:
            self.failed(job, str(error))
        await self._line.ask(End(job))


def _put(contents: Mapping[str, bytes], folder: Path) -> tuple[Path, ...]:
    """Write files into a folder; their paths."""
    for name, content in contents.items():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return tuple(folder / name for name in contents)


def _lay_down_run(folder: Path, kept: KeptSoFar, images: Mapping[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    product = Product.create(folder / PRODUCT, durable=False)
    if kept.product is not None:
        take_in(product, Bundle.parse(kept.product))
    _put(images, folder / ATTACHMENTS)
    (folder / FILE_NAME).write_bytes(kept.journal)
