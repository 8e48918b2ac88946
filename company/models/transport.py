"""The only module that imports openai: one HTTP client for each server and key.

Requests go straight to the SDK's HTTP client, with its headers: `chat.completions.create` walks the
typed history, and even `post` costs half a call. Whatever the network or the server does, what
leaves this module is an answer or a Failure.
"""

import asyncio
import zlib
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
import openai

from company.models.endpoint import Endpoint
from company.models.event_stream import chunks_in
from company.models.failure import Failure
from company.models.refusal import refusal
from company.models.settings import LOOPBACK

LONGEST_ANSWER = 64 << 20
"""Bytes, unpacked; no model writes that much, but a broken server may never stop."""
LONGEST_REFUSAL = 64 << 10
"""Bytes of an error's words that are read."""
NO_KEY = "none"
"""The SDK insists on a key; servers that need none ignore this one."""
COMPLETIONS, EMBEDDINGS = "/chat/completions", "/embeddings"
"""Where requests go, below the base URL."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for a model, in seconds."""

    connect: float = 10.0
    idle: float = 300.0
    """Between two pieces of an answer, and for the first."""
    idle_own_machine: float = 1800.0
    """The same where the model runs on the user's own machine, and may have to read a long prompt."""
    whole: float = 3600.0
    """For one attempt, from the first byte sent to the last received."""
    refusal: float = 5.0
    """For the words of an error: its status, which is known by then, has said what matters."""


class Transport:
    """The connections to one server with one key."""

    def __init__(self, endpoint: Endpoint, timeouts: Timeouts) -> None:
        url = urlsplit(endpoint.base_url)
        on_loopback = url.hostname in LOOPBACK
        idle = timeouts.idle_own_machine if endpoint.id.provider.own_machine else timeouts.idle
        limit = openai.Timeout(None, connect=timeouts.connect, read=idle)
        # Loading certificates takes longer than a whole call, and plain HTTP needs none;
        # redirects are not followed, so it stays plain and the key stays with this server.
        self._http = openai.DefaultAioHttpClient(
            timeout=limit,
            verify=url.scheme == "https",
            trust_env=not on_loopback,
            follow_redirects=False,
            # What is packed comes late: a gateway waits until it has enough to pack.
            headers={"Accept-Encoding": "identity"},
            event_hooks={"response": [partial(_refuse, within=timeouts.refusal)]},
        )
        key = endpoint.key or NO_KEY
        sdk = openai.AsyncOpenAI(base_url=endpoint.base_url, api_key=key, http_client=self._http)
        sdk_headers = {
            name: text for name, text in sdk.default_headers.items() if isinstance(text, str)
        }
        headers = {**sdk_headers, "Authorization": f"Bearer {key}"}
        self._headers = headers
        self._requests = self._prepared(endpoint.base_url)
        """Without a body. To merge URL and headers anew for each call took a fifth of it."""
        self._longer_url = None if url.path.strip("/") else f"{endpoint.base_url}/v1"
        """Where to look as well, once: most servers speak below `/v1`, and people leave it out."""
        self._whole = timeouts.whole

    async def chunks(
        self, body: Mapping[str, Any], path: str = COMPLETIONS
    ) -> AsyncGenerator[list[Any]]:
        """Send the request and yield the decoded chunks of the answer, as many as arrive at once.

        Raises Failure for everything that is not an answer.
        """
        try:
            async with asyncio.timeout(self._whole):
                response = await self._send(body, path)
                try:
                    kind = response.headers.get("content-type", "")
                    async for together in chunks_in(_received(response), kind):
                        yield together
                finally:
                    with suppress(Exception):
                        await response.aclose()
        except TimeoutError:
            raise Failure("timeout", f"not finished after {self._whole:g} s") from None

    async def embeddings(self, body: Mapping[str, Any]) -> Any:
        """Send texts to be embedded and return the decoded answer. Raises Failure like `chunks`."""
        async with aclosing(self.chunks(body, EMBEDDINGS)) as answer:
            return (await anext(answer))[0]

    async def aclose(self) -> None:
        await self._http.aclose()

    def _prepared(self, base_url: str) -> dict[str, Any]:
        requests = {
            path: self._http.build_request("POST", base_url + path, headers=self._headers)
            for path in (COMPLETIONS, EMBEDDINGS)
        }
        for request in requests.values():
            del request.headers["Content-Length"]
        return requests

    async def _send(self, body: Mapping[str, Any], path: str) -> Any:
        try:
            return await self._post(body, self._requests[path])
        except Failure as failure:
            if failure.status not in (404, 405) or self._longer_url is None:
                raise
            longer, self._longer_url = self._prepared(self._longer_url), None
            try:
                response = await self._post(body, longer[path])
            except Failure as other:
                if other.status in (404, 405):
                    raise failure from None
                self._requests = longer
                raise
            self._requests = longer
            return response

    async def _post(self, body: Mapping[str, Any], empty: Any) -> Any:
        try:
            request = type(empty)(
                "POST",
                empty.url,
                headers=empty.headers,
                content=msgspec.json.encode(body),
                extensions=empty.extensions,
            )
            return await self._http.send(request, stream=True)
        except Exception as error:
            raise _before_the_answer(error) from None


async def _refuse(response: Any, within: float) -> None:
    """Raise what an error status means; the SDK would read the body of one to any length."""
    if response.is_success:
        return
    body = b""
    with suppress(Exception):
        async with asyncio.timeout(within):
            async for piece in response.aiter_bytes():
                body += piece[: LONGEST_REFUSAL - len(body)]
                if len(body) >= LONGEST_REFUSAL:
                    break
    headers = {name.lower(): value for name, value in response.headers.items()}
    raise refusal(response.status_code, body, headers)


async def _received(response: Any) -> AsyncGenerator[bytes]:
    received = 0
    try:
        async for piece in response.aiter_bytes():
            received += len(piece)
            if received > LONGEST_ANSWER:
                break
            yield piece
    except Exception as error:
        raise _within_the_answer(error) from None
    if received > LONGEST_ANSWER:
        raise Failure("malformed", f"more than {LONGEST_ANSWER >> 20} MB in one answer")


def _before_the_answer(error: Exception) -> Failure:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, Failure):
            return cause
        if isinstance(cause, aiohttp.ConnectionTimeoutError):
            return Failure("unreachable", str(cause) or "no connection in time")
        if isinstance(cause, aiohttp.ClientResponseError):
            return Failure("malformed", f"no HTTP: {cause.message}")
    root = causes[-1]
    if isinstance(root, TimeoutError):
        return Failure("timeout", str(root) or "no answer")
    if isinstance(root, UnicodeError):
        return Failure("malformed", "no HTTP: characters that are none")
    return Failure("unreachable", str(root) or type(root).__name__)


def _within_the_answer(error: Exception) -> Failure:
    *_, root = _causes(error)
    if isinstance(root, TimeoutError):
        return Failure("timeout", str(root) or "no answer")
    if isinstance(root, zlib.error):
        return Failure("malformed", f"cannot be unpacked: {root}")
    return Failure("cut", "the connection broke in the middle of the answer")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came of; the oldest says why."""
    yield error
    while error.__cause__ is not None:
        error = error.__cause__
        yield error
