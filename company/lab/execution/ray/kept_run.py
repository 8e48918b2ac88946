"""A run that is worked on elsewhere and kept here, as if it had been made here."""

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from company.engine.signals.mailbox_poller import MailboxPoller
from company.engine.workspace.attachments import attach
from company.lab.design.plan import Job
from company.lab.execution.job_status import JobStatus, job_status_of
from company.lab.execution.ray.messages import KeptSoFar
from company.remote.commands import Command
from company.remote.mailbox import Mailbox
from warehouse.history.summary import RunSummary, SummaryFold
from warehouse.journal.journal import FILE_NAME, Event, Journal
from warehouse.product.bundle import Bundle, bundle_of, take_in
from warehouse.product.product import Product
from warehouse.runs.folders import ATTACHMENTS, PRODUCT, create_run_folder, removed_on_failure

T = TypeVar("T")


class KeptRun:
    """The run of one job. Its journal is locked while somebody works on it, wherever that is."""

    def __init__(self, job: Job, runs: Path, disk: Executor) -> None:
        self.job = job
        self._folder = runs / job.id
        self._disk = disk
        self._turn = asyncio.Lock()
        self._journal: Journal | None = None
        self._fold = SummaryFold()
        self._has_commits = False
        self._attended = ExitStack()

    @property
    def summary(self) -> RunSummary:
        """Calls, tokens, cost and seconds, as far as they are kept."""
        return self._fold.summary

    @property
    def is_worked_on(self) -> bool:
        """Whether it was begun or gone on with, and not let go since."""
        return self._journal is not None

    def attend(self, post: MailboxPoller, deliver: Callable[[Command], None]) -> None:
        """Bring what people want of the run to whoever works on it, until it is closed."""
        self._attended.close()
        self._attended.enter_context(post.bringing(Mailbox(self._folder), deliver))

    async def keep(self, lines: bytes, product: bytes | None) -> None:
        """Put commits, and then the lines that speak of them, on the disk.

        Raises a SofthouseError where that cannot be done.
        """
        async with self._turn:
            journal = self._journal
            if journal is None or product is not None:
                journal = await self._off_the_loop(self._take, product)
            journal.take_over(lines)
            await journal.sync()

    async def so_far(self) -> KeptSoFar | None:
        """What somebody else goes on from; None where nothing was begun.

        Raises a SofthouseError where another process works on it, or the product is gone.
        """
        async with self._turn:
            return await self._off_the_loop(self._packed)

    async def close(self) -> None:
        """Lay the product's files out and let go of the run. Raises a SofthouseError where it fails."""
        async with self._turn:
            self._attended.close()
            await self._off_the_loop(self._close)

    async def job_status(self) -> JobStatus:
        """How the job stands by what is kept."""
        return await self._off_the_loop(job_status_of, self._folder)

    def _take(self, bundle: bytes | None) -> Journal:
        if self._journal is None:
            self._journal = self._opened()
        if bundle is not None:
            take_in(self._product, Bundle.parse(bundle))
            self._has_commits = True
        return self._journal

    def _close(self) -> None:
        journal, self._journal = self._journal, None
        if journal is None:
            return
        try:
            if self._has_commits:
                self._product.restore(self._product.head())
        finally:
            journal.close()

    def _packed(self) -> KeptSoFar | None:
        job_status = job_status_of(self._folder)
        if job_status.stage == "new":
            return None
        if self._journal is None and not job_status.is_done:
            self._journal = self._opened()
        bundle = bundle_of(self._product, {})
        journal = (self._folder / FILE_NAME).read_bytes()
        return KeptSoFar(journal, bundle.as_bytes() if bundle is not None else None)

    @property
    def _product(self) -> Product:
        return Product.open(self._folder / PRODUCT)

    def _opened(self) -> Journal:
        past: list[Event] = []
        if job_status_of(self._folder).stage == "new":
            journal = self._begun()
        else:
            journal, past = Journal.open(self._folder / FILE_NAME, self._disk)
        self._fold = SummaryFold(past)
        journal.subscribe(self._fold.add)
        return journal

    def _begun(self) -> Journal:
        """The folder of a run, all but its first event."""
        if self._folder.is_dir() and not self._folder.is_symlink():
            shutil.rmtree(self._folder)
        create_run_folder(self._folder.parent, self.job.spec.name, self.job.id)
        with removed_on_failure(self._folder):
            Product.create(self._folder / PRODUCT, durable=False)
            attach(self.job.spec.images, self._folder / ATTACHMENTS)
            return Journal.create(
                self._folder / FILE_NAME, self._disk, beside=self._folder / PRODUCT
            )

    async def _off_the_loop(self, function: Callable[..., T], *arguments: object) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._disk, function, *arguments)
