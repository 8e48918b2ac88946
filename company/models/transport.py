"""The only module that imports openai: one HTTP client for each server and key.

`client.post` with a plain body costs the same on the 400th turn as on the first, where
`chat.completions.create` walks the typed history; and the events of a stream are read as plain
JSON, since building a pydantic object for each would cost more than everything else together.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import openai

from company.models.endpoint import Endpoint
from company.models.failure import Failure

END = b"[DONE]"
LONGEST_ANSWER = 64 << 20
LONGEST_LINE = 4 << 20
"""Bytes on the wire; no model writes that much, but a broken server may never stop."""
NO_KEY = "none"
"""The SDK insists on a key; servers that need none ignore this one."""


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


class _Unread(openai.AsyncStream[object]):
    """Keeps the SDK from reading the stream: we read the response ourselves."""

    def __init__(self, *, response: Any, **_: Any) -> None:
        self.response = response


class Transport:
    """The connections to one server with one key."""

    def __init__(self, endpoint: Endpoint, timeouts: Timeouts) -> None:
        url = urlsplit(endpoint.base_url)
        on_loopback = url.hostname in ("127.0.0.1", "localhost", "::1")
        idle = timeouts.idle_own_machine if endpoint.id.provider.own_machine else timeouts.idle
        limit = openai.Timeout(None, connect=timeouts.connect, read=idle)
        self._client = openai.AsyncOpenAI(
            base_url=endpoint.base_url,
            api_key=endpoint.key or NO_KEY,
            max_retries=0,
            timeout=limit,
            # Loading certificates takes longer than a whole call, and plain HTTP needs none;
            # redirects are not followed, so it stays plain and the key stays with this server.
            http_client=openai.DefaultAioHttpClient(
                timeout=limit,
                verify=url.scheme == "https",
                trust_env=not on_loopback,
                follow_redirects=False,
            ),
        )
        self._whole = timeouts.whole

    async def chunks(self, body: Mapping[str, Any]) -> AsyncGenerator[list[Any]]:
        """Send the request and yield the decoded chunks of the answer, as many as arrive at once.

        Raises Failure for everything that is not an answer.
        """
        try:
            async with asyncio.timeout(self._whole):
                response = await self._send(body)
                try:
                    async for together in _decoded(response):
                        yield together
                finally:
                    await response.aclose()
        except TimeoutError:
            raise Failure("timeout", f"not finished after {self._whole:g} s") from None

    async def aclose(self) -> None:
        await self._client.close()

    async def _send(self, body: Mapping[str, Any]) -> Any:
        try:
            unread = await self._client.post(
                "/chat/completions", body=body, cast_to=object, stream=True, stream_cls=_Unread
            )
        except openai.APIStatusError as error:
            raise _refusal(error) from None
        except openai.APIConnectionError as error:
            raise _broken(error, "unreachable") from None
        return unread.response


async def _decoded(response: Any) -> AsyncIterator[list[Any]]:
    content_type = response.headers.get("content-type", "")
    if "json" in content_type:
        yield [_json(b"".join([piece async for piece in _received(response)]))]
        return
    pieces = _received(response)
    rest = head = b""
    events = 0
    async for piece in pieces:
        head = head or piece[:200]
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > LONGEST_LINE:
            raise Failure("malformed", f"more than {LONGEST_LINE >> 20} MB in one line")
        data = [line[5:].strip() for line in lines if line.startswith(b"data:")]
        done = END in data
        chunks = [_json(event) for event in data if event != END]
        events += len(chunks)
        if chunks:
            yield chunks
        if done:
            await _drain(pieces)
            return
    if rest.startswith(b"data:") and rest[5:].strip() != END:
        yield [_json(rest[5:])]
    elif not events:
        kind = content_type or "no content type"
        raise Failure("malformed", f"{kind}: {head.decode('utf-8', 'replace')}")


async def _received(response: Any) -> AsyncIterator[bytes]:
    received = 0
    try:
        async for piece in response.aiter_bytes():
            received += len(piece)
            if received > LONGEST_ANSWER:
                break
            yield piece
    except Exception as error:
        raise _broken(error, "cut") from None
    if received > LONGEST_ANSWER:
        raise Failure("malformed", f"more than {LONGEST_ANSWER >> 20} MB in one answer")


async def _drain(pieces: AsyncIterator[bytes]) -> None:
    """Read to the end, if it is there already, so that the connection can be used again."""
    with suppress(TimeoutError, Failure):
        async with asyncio.timeout(0.1):
            async for _ in pieces:
                pass


def _json(data: bytes) -> Any:
    try:
        return json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise Failure("malformed", f"no JSON: {error}") from None


def _refusal(error: openai.APIStatusError) -> Failure:
    said = error.body
    if isinstance(said, dict):
        nested = said.get("error")
        said = nested if isinstance(nested, dict) else said
        words = said.get("message") or said.get("detail") or nested or error.message
        code = said.get("code") if isinstance(said.get("code"), str) else said.get("type")
        param = said.get("param")
    else:
        words, code, param = error.response.text or error.message, None, None
    return Failure(
        "status",
        str(words),
        status=error.status_code,
        code=str(code or ""),
        param=str(param or ""),
        headers={name.lower(): value for name, value in error.response.headers.items()},
    )


def _broken(error: BaseException, kind: Any) -> Failure:
    """A connection that failed; in the chain of causes the oldest error says why."""
    root = error
    while root.__cause__ is not None:
        root = root.__cause__
    if isinstance(root, TimeoutError):
        return Failure("timeout", str(root) or "no answer")
    if kind == "cut":
        return Failure("cut", "the connection broke in the middle of the answer")
    return Failure(kind, str(root) or type(root).__name__)
