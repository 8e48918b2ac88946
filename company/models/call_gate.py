"""A gate for calls: so many pass at once, and those of the run that came first go first.

Served in the order of asking, a thousand runs would go hand in hand: all of them call, then all of
them commit while no call is under way, and none ends before nearly all of them do. Served by their
age, some commit while others call, and runs end one after another.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from heapq import heappop, heappush
from itertools import count


class CallGate:
    """Lets so many calls be under way; belongs to one event loop."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._ranks: dict[str, int] = {}
        self._numbers = count()

    @asynccontextmanager
    async def passage(self, run: str) -> AsyncIterator[None]:
        """The time of one call of a run. Given up while it waits, it takes nobody's place."""
        await self._enter(run)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, run: str) -> None:
        rank = self._ranks.setdefault(run, len(self._ranks))
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (rank, next(self._numbers), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self._leave()
            raise

    def _leave(self) -> None:
        """Hand the place on; it is free where nobody waits."""
        while self._waiting:
            *_, turn = heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
