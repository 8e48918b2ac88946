"""An event loop whose clock jumps over the time in which nothing would happen.

Real sockets and real threads at work, but a time-out of five minutes is over at once, and a
server that sends a byte a second has soon sent them all. A hang becomes the nearest time limit.
"""

import asyncio
import selectors
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

LONG = 10.0
GRACE = 0.002
"""Before a jump of more than LONG seconds, so much real time is waited for bytes on their way."""


class SkippingLoop(asyncio.SelectorEventLoop):
    """Use it with `asyncio.Runner(loop_factory=SkippingLoop)`."""

    def __init__(self) -> None:
        self._skipped = 0.0
        self._in_threads = 0
        super().__init__(_SkippingSelector(self))

    def time(self) -> float:
        return super().time() + self._skipped

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, function: Callable[..., Any], *arguments: Any
    ) -> asyncio.Future[Any]:
        future = super().run_in_executor(executor, function, *arguments)
        self._in_threads += 1
        future.add_done_callback(self._left_thread)
        return future

    def may_skip(self) -> bool:
        """Whether nothing but time is waited for."""
        return self._in_threads == 0

    def skip(self, seconds: float) -> None:
        self._skipped += seconds

    def _left_thread(self, _: object) -> None:
        self._in_threads -= 1


class _SkippingSelector(selectors.DefaultSelector):
    def __init__(self, loop: SkippingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0 or not self._loop.may_skip():
            return super().select(timeout)
        events = super().select(GRACE if timeout > LONG else 0)
        if not events:
            self._loop.skip(timeout)
        return events
