"""What `softhouse model test` does: one small call that shows whether a model can work here."""

import asyncio
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from urllib.parse import urlsplit

from company.errors import ProviderError
from company.models.client import ModelClient
from company.models.endpoint import endpoint_of
from company.models.failure import Failure
from company.models.faults import RESUME, explain
from company.models.model_id import parse_model_id
from company.models.provider import Structured
from company.models.request import ModelRequest
from company.models.retry import RetryPolicy
from company.models.settings import LOOPBACK
from warehouse.events import CompletionResult

ATTEMPTS = 2
"""Somebody waits for the answer, and can ask again."""
ANSWERS_WITHIN = 5.0
"""Seconds in which this machine says whether anybody listens."""
QUESTION = (
    'Reply with one JSON object and nothing else: {"ready": true, "numbers": [1, 2, …, 20]}, '
    "with all twenty numbers written out."
)
SCHEMA = {
    "type": "object",
    "properties": {
        "ready": {"type": "boolean"},
        "numbers": {"type": "array", "items": {"type": "integer"}},
    },
    "required": ["ready", "numbers"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Trial:
    """How one model did."""

    model: str
    first_word_seconds: float
    """From asking to the first word; for the embedded model, loading it is included."""
    tokens_per_second: float | None
    """While writing; None where the answer came in one piece."""
    structured: Structured
    """The structured output that works: what was accepted and gave valid JSON."""
    completion: CompletionResult


async def try_model(model: str, env: Mapping[str, str] | None = None) -> Trial:
    """Ask the model one small question. Raises ConfigurationError or ProviderError."""
    try:
        await _knock(model, os.environ if env is None else env)
        return await _try(model, env)
    except ProviderError as error:
        # Nothing was begun that could be taken up again.
        words = str(error).replace(RESUME, "").strip()
        raise ProviderError(words, retryable=error.retryable, status=error.status) from None


async def _knock(model: str, env: Mapping[str, str]) -> None:
    """See whether anybody listens, where that is on this machine: it takes a moment, and to load
    what speaks to a model takes longer than a person waits. Raises ProviderError where nobody does."""
    model_id = parse_model_id(model)
    if model_id.provider.name == "local":
        return
    endpoint = endpoint_of(model_id, env)
    url = urlsplit(endpoint.base_url)
    if url.hostname not in LOOPBACK or url.port is None:
        return
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            _, writer = await asyncio.open_connection(url.hostname, url.port)
    except OSError as refused:  # of several addresses, one for all of them
        failure, now = Failure("unreachable", str(refused) or "no answer"), datetime.now(UTC)
        raise explain(failure, endpoint, attempts=1, wait=None, now=now, used=None) from None
    writer.close()


async def _try(model: str, env: Mapping[str, str] | None) -> Trial:
    import_module("company.models.transport")  # loading our own client is no time of the model's
    started = time.monotonic()
    heard: list[float] = []
    async with ModelClient(env=env, retry=RetryPolicy(attempts=ATTEMPTS)) as client:
        completion = await client.complete(
            ModelRequest(
                model=model,
                messages=[{"role": "user", "content": QUESTION}],
                temperature=0.0,
                max_tokens=400,
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "trial", "schema": SCHEMA, "strict": True},
                },
            ),
            on_words=lambda _: heard.append(time.monotonic()),
        )
        accepted = client.structured(model)
    ended = time.monotonic()
    writing = ended - heard[0] if heard else 0.0
    pieces_apart = len(heard) > 1 and heard[-1] - heard[0] > 0.05
    return Trial(
        model=model,
        first_word_seconds=round((heard[0] if heard else ended) - started, 3),
        tokens_per_second=(
            round(completion.usage.completion_tokens / writing, 1) if pieces_apart else None
        ),
        structured=accepted if _is_answer(completion.text) else "none",
        completion=completion,
    )


def _is_answer(text: str) -> bool:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(answer, dict) and isinstance(answer.get("ready"), bool)
