"""Texts as vectors, from any server with `/v1/embeddings` or from the embedded model."""

import asyncio
import math
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from company.models.endpoint import Endpoint, endpoint_of
from company.models.failure import Failure
from company.models.faults import explain
from company.models.model_id import ModelId, parse_model_id
from company.models.origins import Origins
from company.models.retry import RetryPolicy

if TYPE_CHECKING:
    from company.models.transport import Transport

Vector = list[float]
Similarity = float
"""A cosine, 0..1; what points away is as far as can be."""
Embed = Callable[[Sequence[str]], Awaitable[list[Vector]]]
"""The vectors of the texts, in their order. Raises ProviderError."""
AT_ONCE = 16
"""Texts in one request; some servers take no more than a few."""


@asynccontextmanager
async def embedder(
    model: str, env: Mapping[str, str] | None = None, origins: Origins | None = None
) -> AsyncIterator[Embed]:
    """What embeds texts with the model of this id, for as long as the block lasts.

    Raises ConfigurationError for an id, a key or weights that are not there.
    """
    from company.models.transport import Timeouts, Transport

    endpoint = await _endpoint(parse_model_id(model), os.environ if env is None else env, origins)
    transport = Transport(endpoint, Timeouts())
    try:
        yield _Embedder(endpoint, transport, RetryPolicy()).embed
    finally:
        await transport.aclose()


async def _endpoint(model_id: ModelId, env: Mapping[str, str], origins: Origins | None) -> Endpoint:
    if model_id.provider.name != "local":
        return endpoint_of(model_id, env, origins)
    from company.models.local.server import embedding_endpoint

    return await asyncio.to_thread(embedding_endpoint, model_id, env)


def cosine(one: Vector, other: Vector) -> Similarity:
    """How near two vectors of one model are."""
    lengths = math.hypot(*one) * math.hypot(*other)
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return min(max(product / lengths, 0.0), 1.0) if lengths else 0.0


class _Embedder:
    """Asks one server until it answers or there is no more hope."""

    def __init__(self, endpoint: Endpoint, transport: "Transport", policy: RetryPolicy) -> None:
        self._endpoint = endpoint
        self._transport = transport
        self._policy = policy
        self._jitter = random.Random(0)  # noqa: S311  spreads retries, guards nothing

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """The vectors of the texts. Raises ProviderError."""
        vectors: list[Vector] = []
        for first in range(0, len(texts), AT_ONCE):
            vectors += await self._some(texts[first : first + AT_ONCE])
        return vectors

    async def _some(self, texts: Sequence[str]) -> list[Vector]:
        body = {"model": self._endpoint.model, "input": list(texts), "encoding_format": "float"}
        attempt = costly = 0
        while True:
            try:
                return _vectors(await self._transport.embeddings(body), len(texts))
            except Failure as failure:
                attempt += 1
                costly += failure.may_cost
                wait = self._wait(failure, attempt, costly)
            await asyncio.sleep(wait)

    def _wait(self, failure: Failure, attempt: int, costly: int) -> float:
        now = datetime.now(UTC)
        wait = self._policy.wait(failure, attempt, costly, self._jitter, now)
        if wait is not None:
            return wait
        too_long = self._policy.too_long(failure, now)
        raise explain(
            failure, self._endpoint, attempts=attempt, wait=too_long, now=now, used=None
        ) from None


class _Embedding(msgspec.Struct):
    """One vector of an answer, and the place of its text among those that were sent."""

    embedding: Vector
    index: int | None = None


class _Embeddings(msgspec.Struct):
    """What a server answers."""

    data: list[_Embedding]


def _vectors(answer: Any, number_of_texts: int) -> list[Vector]:
    """The vectors of an answer, in the order of the texts. Raises Failure where some are missing."""
    try:
        data = msgspec.convert(answer, _Embeddings).data
    except msgspec.ValidationError:
        data = []
    by_index = {
        place if each.index is None else each.index: each.embedding
        for place, each in enumerate(data)
    }
    vectors = [by_index.get(place, []) for place in range(number_of_texts)]
    if not all(vectors) or len({len(vector) for vector in vectors}) > 1:
        raise Failure("malformed", "no embeddings, or not one for each text")
    return vectors
