"""Letting a polite kill or a closed terminal end work as Ctrl-C does."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def stoppable(job: Coroutine[Any, Any, T]) -> T:
    """Await a job that SIGTERM and SIGHUP cancel, as asyncio lets Ctrl-C do."""
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)
    loop.set_exception_handler(_tell_but_of_keys)
    return await job


def _tell_but_of_keys(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A second Ctrl-C ends whatever is just being done, in which there is no fault to tell of."""
    if not isinstance(context.get("exception"), KeyboardInterrupt):
        loop.default_exception_handler(context)
