"""Time as the client sees it: a clock, so that a test need not wait, and a limit that may be moved."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time and sleeps."""

    def now(self) -> datetime:
        """The time of day, in UTC."""

    def monotonic(self) -> float:
        """Seconds that only ever grow."""

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


TimeLeft = Callable[[], float | None]
"""The seconds that are left at this moment, None where nothing limits them."""


@asynccontextmanager
async def time_limit(left: TimeLeft | None) -> AsyncIterator[asyncio.Timeout]:
    """End what is done within as `asyncio.timeout` does, once no time is left.

    `left` is asked again when its time seems to be over: a run may have been paused since, or been
    given more.
    """
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle | None = None

    def look() -> None:
        nonlocal timer
        seconds = left() if left is not None else None
        if seconds is None:
            return
        if seconds > 0:
            timer = loop.call_later(seconds, look)
        else:
            limit.reschedule(loop.time())

    async with asyncio.timeout(None) as limit:
        look()
        try:
            yield limit
        finally:
            if timer is not None:
                timer.cancel()
