"""A worker as it is reached from home."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar, TypeVarTuple

from company.errors import ProviderError
from company.lab.execution.ray.worker import Result, Worker
from company.models.embeddings import Vector
from warehouse.errors import SofthouseError

Arguments = TypeVarTuple("Arguments")
T = TypeVar("T")

LOST = "its node was lost; another goes on with it."


class WorkerLost(ProviderError):
    """A worker is gone, or cannot be reached; `why` is what Ray says of it."""

    def __init__(self, why: str = "") -> None:
        super().__init__(LOST, retryable=True)
        self.why = why


Invoke = Callable[[str, Sequence[Any]], Awaitable[Result]]
"""Has a worker's `do` called, wherever it is. Raises WorkerLost; when it is cancelled, the call is too."""


class DistantWorker:
    """A worker on some node. Once it is lost, all that is asked of it fails, whoever noticed first."""

    def __init__(self, invoke: Invoke, end: Callable[[], None]) -> None:
        """`end` ends the worker's process, whatever it does, if there still is one."""
        self._invoke = invoke
        self._end = end
        self._life = asyncio.ensure_future(invoke(Worker.live.__name__, ()))
        self._life.add_done_callback(_heard)

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be asked of it any more."""
        return self._life.done()

    async def call(
        self, method: Callable[[Worker, *Arguments], Awaitable[T]], *arguments: *Arguments
    ) -> T:
        """What a method of the worker returns. Raises what it raises, or WorkerLost."""
        answering = asyncio.ensure_future(self._invoke(method.__name__, arguments))
        answering.add_done_callback(_heard)
        try:
            await asyncio.wait([answering, self._life], return_when=asyncio.FIRST_COMPLETED)
            if self.is_lost:
                raise self._loss()
            result, error = answering.result()
        except WorkerLost:
            self._life.cancel()
            raise
        finally:
            answering.cancel()
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """See `Worker.embed`."""
        return await self.call(Worker.embed, texts)

    def end(self) -> None:
        """Give the worker up: nothing that still comes from it is taken in."""
        self._life.cancel()
        self._end()

    def _loss(self) -> SofthouseError:
        """Why nothing can be asked of it any more."""
        error = None if self._life.cancelled() else self._life.exception()
        if isinstance(error, SofthouseError):
            return error
        return WorkerLost(str(error or ""))


def _heard(call: "asyncio.Future[Any]") -> None:
    """Nobody may be waiting for it."""
    if not call.cancelled():
        call.exception()
