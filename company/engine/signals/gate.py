"""The gate of a run: while it is shut no effect begins, and those in flight are finished."""

import asyncio

from company.engine.budget import Budget
from warehouse.events import RunContinued, RunPaused
from warehouse.journal.journal import Journal


class Gate:
    """Shut and opened by a person. Time spent behind it is no working time.

    Without a journal nothing is ever performed, and nobody shuts it.
    """

    def __init__(self, journal: Journal | None, budget: Budget) -> None:
        self.is_shut = False
        self._journal = journal
        self._budget = budget
        self._one_phase = False
        self._opened = asyncio.Event()

    def shut(self) -> None:
        """Let nothing begin any more."""
        self._one_phase = False
        if self.is_shut or self._journal is None:
            return
        self._journal.append(RunPaused())
        self.is_shut = True
        self._budget.hold()
        self._opened.clear()

    def open(self, *, for_one_phase: bool = False) -> None:
        """Let things begin again, or only until the next phase would."""
        self._one_phase = for_one_phase
        if not self.is_shut or self._journal is None:
            return
        self.is_shut = False
        self._budget.go_on()
        self._opened.set()
        self._journal.append(RunContinued())

    async def effect_begins(self) -> None:
        """Wait until an effect may begin."""
        while self.is_shut:
            await self._opened.wait()

    async def phase_begins(self) -> None:
        """Shut the gate where a person wanted to come as far as this, and wait."""
        if self._one_phase:
            self.shut()
        await self.effect_begins()
