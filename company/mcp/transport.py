"""How the SDK reaches a server: over a program that we started, or HTTP, both within bounds.

The SDK's own stdio client starts a process by itself, and reads lines of any length.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import httpx2
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCResponse, jsonrpc_message_adapter

from company.mcp.card import OwnServer, ServerCard
from warehouse.sandbox.served import ServedProgram

if TYPE_CHECKING:
    from mcp.client._transport import TransportStreams

MOST_BYTES = 8 * 1024 * 1024
"""Of one message, and of all that a server says between two of our questions."""
MOST_LINES = 2_000
"""Of the same: each is read, and may be a message."""
TOO_MUCH = f"it said more than {MOST_BYTES // 1024**2} MB, or {MOST_LINES:,} lines, at once"
CONNECT_SECONDS = 10.0


class Meter:
    """Counts what a server says since it was last asked something."""

    def __init__(self) -> None:
        self.is_over = False
        self._size = self._lines = 0

    def reset(self) -> None:
        self._size = self._lines = 0

    def add(self, data: bytes) -> bool:
        """Count this; whether it is still within bounds."""
        self._size += len(data)
        self._lines += data.count(b"\n")
        self.is_over = self.is_over or self._size > MOST_BYTES or self._lines > MOST_LINES
        return not self.is_over


@asynccontextmanager
async def spoken(program: ServedProgram, meter: Meter) -> AsyncIterator[TransportStreams]:
    """A program's standard input and output, a message a line, as the SDK reads and writes them."""
    heard, to_read = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    to_write, said = anyio.create_memory_object_stream[SessionMessage](0)

    async def listen() -> None:
        line = bytearray()
        async with heard:
            while (data := await program.receive()) and meter.add(data):
                *ended, begun = data.split(b"\n")
                for piece in ended:
                    line += piece
                    if line:
                        await heard.send(_message(bytes(line)))
                    line.clear()
                line += begun

    async def speak() -> None:
        async with said:
            async for each in said:
                line = each.message.model_dump_json(by_alias=True, exclude_unset=True)
                try:
                    await program.send(line.encode() + b"\n")
                except EOFError:
                    return

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listen)
        tasks.start_soon(speak)
        yield to_read, to_write
        tasks.cancel_scope.cancel()


def _message(line: bytes) -> SessionMessage | Exception:
    try:
        return SessionMessage(jsonrpc_message_adapter.validate_json(line, by_name=False))
    except ValueError as error:
        return error


@asynccontextmanager
async def over_http(card: ServerCard, meter: Meter) -> AsyncIterator[TransportStreams]:
    """A server that answers at an address, with the key that belongs to it."""

    async def bound(response: httpx2.Response) -> None:
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _Bounded(response.stream, meter)

    variable = card.key_env if isinstance(card, OwnServer) else None
    key = os.environ.get(variable, "") if variable else ""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    timeout = httpx2.Timeout(card.seconds, connect=CONNECT_SECONDS)
    async with (
        httpx2.AsyncClient(
            headers=headers, timeout=timeout, event_hooks={"response": [bound]}
        ) as http,
        streamable_http_client(str(card.url), http_client=http) as streams,
    ):
        yield streams


class _Bounded(httpx2.AsyncByteStream):
    """An answer that ends where it becomes too much."""

    def __init__(self, stream: httpx2.AsyncByteStream, meter: Meter) -> None:
        self._stream, self._meter = stream, meter

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for data in self._stream:
            if not self._meter.add(data):
                raise httpx2.ReadError(TOO_MUCH)
            yield data

    async def aclose(self) -> None:
        await self._stream.aclose()


@asynccontextmanager
async def without_promises(
    transport: AbstractAsyncContextManager[TransportStreams],
) -> AsyncIterator[TransportStreams]:
    """The same transport, where no tool says what its answers are like.

    The SDK holds each answer against the schema its server gave, on our event loop: an expression in
    it could take for ever, and nothing else would go on. We show answers as text, whatever they are like.
    """
    async with transport as (heard, to_write):
        yield _WithoutPromises(heard), to_write


class _WithoutPromises:
    """What is heard of a server, one message after the other."""

    def __init__(self, heard: Any) -> None:
        self._heard = heard

    async def receive(self) -> SessionMessage | Exception:
        return _without_promises(await self._heard.receive())

    async def aclose(self) -> None:
        await self._heard.aclose()

    def __aiter__(self) -> _WithoutPromises:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        return _without_promises(await self._heard.__anext__())

    async def __aenter__(self) -> _WithoutPromises:
        await self._heard.__aenter__()
        return self

    async def __aexit__(self, *why: Any) -> None:
        await self._heard.__aexit__(*why)


def _without_promises(heard: SessionMessage | Exception) -> SessionMessage | Exception:
    if isinstance(heard, SessionMessage) and isinstance(heard.message, JSONRPCResponse):
        tools = heard.message.result.get("tools")
        for tool in tools if isinstance(tools, list) else []:
            if isinstance(tool, dict):
                tool.pop("outputSchema", None)
    return heard
