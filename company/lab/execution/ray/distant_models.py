"""Models as home calls them through a worker: rates and retries are kept here, requests go out there."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import suppress
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from company.engine.budget import SharedBudget
from company.lab.execution.ray.distant_worker import DistantWorker, WorkerLost
from company.lab.execution.ray.worker import Piece, Worker
from company.models.call import OpenModel
from company.models.call_gate import CallGate
from company.models.client import ModelClient
from company.models.endpoint import Endpoint
from company.models.failure import Failure
from company.models.prices import cost_of
from company.models.rates import RateKeeper
from company.models.tokens import estimate_prompt, most
from warehouse.events import TokensUsed
from warehouse.history.usage import Usage

if TYPE_CHECKING:
    from company.models.transport import Transport


class DistantModels(ModelClient):
    """The models of one node."""

    def __init__(
        self,
        worker: DistantWorker,
        rates: RateKeeper,
        shared_budget: SharedBudget,
        calls_at_once: int | None,
    ) -> None:
        """A call that is lost with the worker counts as used in the shared budget, at the most."""
        super().__init__(rates=rates, calls_at_once=calls_at_once)
        self._worker = worker
        self._shared_budget = shared_budget

    async def _open(self, text: str) -> OpenModel:
        async with self._opening:
            if text in self._models:
                return self._models[text]
            endpoint = await self._worker.call(Worker.endpoint, text)
            lose = partial(self._lose, endpoint)
            transport = cast("Transport", _DistantTransport(self._worker, text, lose))
            gate = CallGate(endpoint.at_once) if endpoint.at_once else None
            self._models[text] = OpenModel(endpoint, transport, gate, self._rates)
            return self._models[text]

    def _lose(self, endpoint: Endpoint, body: Mapping[str, Any]) -> None:
        longest = body.get("max_tokens") or body.get("max_completion_tokens") or 0
        used = TokensUsed(most(estimate_prompt(body["messages"])), longest)
        cost = cost_of(endpoint.id, used)
        self._shared_budget.count(Usage.of(used.prompt_tokens, used.completion_tokens, cost))


class _DistantTransport:
    """The connections of a node to the server of one model."""

    _numbers = count()

    def __init__(
        self, worker: DistantWorker, model: str, lose: Callable[[Mapping[str, Any]], None]
    ) -> None:
        """`lose` is told the body of a request that was in flight when the worker was lost."""
        self._worker = worker
        self._model = model
        self._lose = lose

    async def chunks(self, body: Mapping[str, Any]) -> AsyncGenerator[list[Any]]:
        """As `Transport` says. Raises WorkerLost too."""
        if self._worker.is_lost:
            raise WorkerLost
        number, piece = next(self._numbers), Piece([], is_last=False)
        try:
            piece = await self._worker.call(Worker.ask, number, self._model, body)
            yield piece.chunks
            while not piece.is_last:
                piece = await self._worker.call(Worker.read_on, number)
                yield piece.chunks
            if piece.failure is not None:
                raise Failure(**piece.failure)
        except WorkerLost:
            self._lose(body)
            raise
        finally:
            if not piece.is_last:
                with suppress(WorkerLost):
                    await self._worker.call(Worker.drop, number)
