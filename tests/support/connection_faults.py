"""How connections to a provider fail: each fault by name, as it looks on the wire."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiohttp import web

Fault = Callable[[Any, web.Request, Any, Any], Awaitable[web.StreamResponse | None]]
FAULTS: dict[str, Fault] = {}
"""Name → what happens; None means that the call is answered after all."""


def fault(function: Fault) -> Fault:
    FAULTS[function.__name__] = function
    return function


async def event_stream(request: web.Request, status: int = 200) -> web.StreamResponse:
    """The beginning of a streamed answer."""
    response = web.StreamResponse(status=status, headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    return response


def reset_connection(request: web.Request) -> None:
    """Drop the connection at once, as a crashed server does."""
    if request.transport is not None:
        raw = request.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()


async def flood(request: web.Request, piece: bytes, status: int = 200) -> web.StreamResponse:
    response = await event_stream(request, status)
    with suppress(ConnectionError):
        while True:
            await response.write(piece)
    return response


@fault
async def silence(provider: Any, request: web.Request, _c: Any, _reply: Any) -> web.StreamResponse:
    """Never answers."""
    await provider.stopping.wait()
    return web.Response()


@fault
async def reset(_p: Any, request: web.Request, _c: Any, _reply: Any) -> web.StreamResponse:
    """Drops the connection before the first byte."""
    reset_connection(request)
    return web.Response()


@fault
async def cut(_p: Any, request: web.Request, call: Any, reply: Any) -> web.StreamResponse:
    """Breaks the connection in the middle of a stream."""
    from tests.support.scripted_provider import stream

    return await stream(request, call, reply, cut=True)


@fault
async def torn(_p: Any, request: web.Request, call: Any, reply: Any) -> web.StreamResponse:
    """Drops the connection in the middle of an event."""
    from tests.support.scripted_provider import events

    sent = b"".join(events(call, reply))
    response = await event_stream(request)
    await response.write(sent[: len(sent) // 2])
    reset_connection(request)
    return response


@fault
async def shorter(_p: Any, request: web.Request, call: Any, reply: Any) -> web.StreamResponse:
    """Announces more bytes than it sends."""
    from tests.support.scripted_provider import events

    sent = b"".join(events(call, reply)[:2])
    headers = {"Content-Type": "text/event-stream", "Content-Length": str(len(sent) + 1000)}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    await response.write(sent)
    reset_connection(request)
    return response


@fault
async def reset_at_the_end(
    _p: Any, request: web.Request, call: Any, reply: Any
) -> web.StreamResponse:
    """Drops the connection after the finish reason, before usage and [DONE]."""
    from tests.support.scripted_provider import events

    response = await event_stream(request)
    said = events(call, reply)
    await response.write(b"".join(event for event in said if b'"choices": []' not in event)[:-14])
    reset_connection(request)
    return response


@fault
async def drip(_p: Any, request: web.Request, call: Any, reply: Any) -> web.StreamResponse:
    """Sends the answer byte by byte, `delay` seconds after each."""
    from tests.support.scripted_provider import events

    response = await event_stream(request)
    with suppress(ConnectionError):
        for byte in b"".join(events(call, reply)):
            await response.write(bytes([byte]))
            await asyncio.sleep(reply.delay)
    return response


@fault
async def unfinished(_p: Any, request: web.Request, call: Any, reply: Any) -> web.StreamResponse:
    """Ends a stream politely in the middle: no finish reason, no [DONE]."""
    from tests.support.scripted_provider import events

    said = events(call, reply)
    return web.Response(body=b"".join(said[: len(said) // 2]), content_type="text/event-stream")


@fault
async def stall(provider: Any, request: web.Request, call: Any, reply: Any) -> web.StreamResponse:
    """Sends half of a stream and then nothing more."""
    from tests.support.scripted_provider import events

    said = events(call, reply)
    response = await event_stream(request)
    await response.write(b"".join(said[: len(said) // 2]))
    await provider.stopping.wait()
    return response


@fault
async def endless_line(_p: Any, request: web.Request, _c: Any, _r: Any) -> web.StreamResponse:
    """Sends one line that never ends, until the client hangs up."""
    return await flood(request, b"x" * (1 << 20))


@fault
async def endless_answer(_p: Any, request: web.Request, _c: Any, _r: Any) -> web.StreamResponse:
    """Sends comments for ever, until the client hangs up."""
    return await flood(request, (b": " + b"x" * 998 + b"\n") * 1000)


@fault
async def endless_refusal(_p: Any, request: web.Request, _c: Any, _r: Any) -> web.StreamResponse:
    """Status 500 with a body that never ends."""
    return await flood(request, b"x" * (1 << 20), status=500)


@fault
async def dripped_refusal(
    provider: Any, request: web.Request, _c: Any, _r: Any
) -> web.StreamResponse:
    """Status 401 with a body of which one byte comes, and never the rest."""
    response = await event_stream(request, 401)
    await response.write(b"x")
    await provider.stopping.wait()
    return response
