"""Sending home what runs record: nobody builds on anything that home does not have.

A worker's folder is a draft. What counts is at home, so a journal is synced when its lines are on
home's disk, and the commits that they speak of before them. Twice a second what nobody waits for
is sent too, so that whoever watches at home sees who is speaking.
"""

import asyncio
import os
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from company.lab.execution.ray.line import Line
from company.lab.execution.ray.messages import Keep, KeptSoFar
from warehouse.journal.journal import FILE_NAME
from warehouse.product.bundle import Bundle, Refs, bundle_of
from warehouse.product.product import Product
from warehouse.runs.folders import PRODUCT

SECONDS_BETWEEN_ROUNDS = 0.5
SPEAKS_OF_THE_PRODUCT = (b'"effect":"commit"', b'"effect":"tag"')
"""As our journals write it; inside a text there would be a backslash before each quote."""


class Mirror:
    """Keeps the journals of a worker's runs, and their products, at home too."""

    def __init__(self, line: Line, disk: Executor) -> None:
        self._line = line
        self._disk = disk
        self._runs: dict[Path, _Mirrored] = {}

    def knows(self, run: Path, kept: KeptSoFar) -> None:
        """Home has this much of a run already."""
        refs = Bundle.parse(kept.product).refs if kept.product else {}
        self._runs[run] = _Mirrored(run, len(kept.journal), refs)

    def follow(self, run: Path) -> "_Mirrored":
        """Send what is recorded in a run, from its beginning or from where home knows it."""
        return self._runs.setdefault(run, _Mirrored(run, 0, {}))

    async def keep(self, journal: Path) -> None:
        """Return once home has everything of a journal. Raises JournalError where it cannot keep it."""
        run = self.follow(journal.parent)
        await self._send(run)
        if run.last is not None:
            await asyncio.shield(run.last)

    def forget(self, run: Path) -> None:
        """Nothing more happens to a run here."""
        self._runs.pop(run, None)

    async def go_round(self) -> None:
        """Send what is new in every journal, again and again."""
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_ROUNDS)
            for run in list(self._runs.values()):
                await self._send(run)

    async def _send(self, run: "_Mirrored") -> None:
        async with run.turn:
            lines = run.new_lines()
            if not lines:
                return
            product = None
            if any(words in lines for words in SPEAKS_OF_THE_PRODUCT):
                loop = asyncio.get_running_loop()
                product = await loop.run_in_executor(self._disk, run.new_commits)
            run.sent += len(lines)
            if product is not None:
                run.refs = {**run.refs, **product.refs}
            sent = product.as_bytes() if product is not None else None
            run.last = self._line.ask(Keep(run.folder.name, lines, sent))


class _Mirrored:
    """How much of a run was sent, and the answer to the last of it."""

    def __init__(self, folder: Path, sent: int, refs: Refs) -> None:
        self.folder = folder
        self.sent = sent
        self.refs = refs
        self.last: asyncio.Future[Any] | None = None
        self.turn = asyncio.Lock()

    def new_lines(self) -> bytes:
        """Each event is appended with one write, so that these are whole ones."""
        try:
            descriptor = os.open(self.folder / FILE_NAME, os.O_RDONLY)
        except FileNotFoundError:
            return b""
        try:
            size = os.fstat(descriptor).st_size
            return os.pread(descriptor, size - self.sent, self.sent) if size > self.sent else b""
        finally:
            os.close(descriptor)

    def new_commits(self) -> Bundle | None:
        return bundle_of(Product.open(self.folder / PRODUCT), self.refs)
