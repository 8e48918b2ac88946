"""What a model provider does when it fails: each fault by name, as it looks on the wire."""

from __future__ import annotations

import json
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


def error(status: int, message: str, **more: Any) -> web.Response:
    headers = more.pop("headers", None)
    return web.json_response(
        {"error": {"message": message, "type": "error", "param": None, "code": None, **more}},
        status=status,
        headers=headers,
    )


def retry_headers(reply: Any) -> dict[str, str]:
    if reply.retry_after is None:
        return {}
    if reply.retry_after.endswith("ms"):
        return {"retry-after-ms": reply.retry_after.removesuffix("ms")}
    return {"Retry-After": reply.retry_after}


def reset_connection(request: web.Request) -> None:
    """Drop the connection at once, as a crashed server does."""
    if request.transport is not None:
        raw = request.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()


def status_fault(name: str, status: int, message: str, **more: Any) -> None:
    async def answer(_p: Any, _r: web.Request, _c: Any, reply: Any) -> web.StreamResponse:
        return error(status, message, headers=retry_headers(reply), **more)

    FAULTS[name] = answer


status_fault("rate_limit", 429, "Rate limit reached", code="rate_limit_exceeded")
status_fault("quota", 429, "You exceeded your current quota", code="insufficient_quota")
status_fault("server_error", 500, "The server had an error")
status_fault("bad_gateway", 502, "Bad gateway")
status_fault("unavailable", 503, "The engine is overloaded")
status_fault("unauthorised", 401, "Incorrect API key provided", code="invalid_api_key")
status_fault("forbidden", 403, "Your country is not supported")
status_fault("no_such_model", 404, "The model does not exist", code="model_not_found")
status_fault("bad_request", 400, "Invalid value for 'messages'")
status_fault("unprocessable", 422, "Unprocessable messages")
status_fault("conflict", 409, "Conflict")
status_fault("request_timeout", 408, "Request timeout")
status_fault(
    "context_overflow",
    400,
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
    code="context_length_exceeded",
)
status_fault(
    "leaky",
    401,
    "Incorrect API key provided: sk-verysecretkey1234567890. Authorization: Bearer sk-verysecretkey1234567890",
)
status_fault("hostile", 400, "\x1b]52;c;aGk=\x07 line\nbreak \u202e" + "long " * 2000)


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
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    await response.write(b"".join(said[: len(said) // 2]))
    await provider.stopping.wait()
    return response


@fault
async def bad_json(_p: Any, _r: web.Request, call: Any, _reply: Any) -> web.StreamResponse:
    """A body that is cut in the middle of its JSON."""
    if call.body.get("stream"):
        return web.Response(body=b'data: {"choices": [{"del\n\n', content_type="text/event-stream")
    return web.Response(body=b'{"choices": [{"mess', content_type="application/json")


@fault
async def html(_p: Any, _r: web.Request, _c: Any, _reply: Any) -> web.StreamResponse:
    """A login page of a proxy, with status 200."""
    return web.Response(text="<html><body>Please log in</body></html>", content_type="text/html")


@fault
async def empty(_p: Any, _r: web.Request, call: Any, _reply: Any) -> web.StreamResponse:
    """An answer without a word, properly finished."""
    choice: dict[str, Any] = {"index": 0, "finish_reason": "stop"}
    if call.body.get("stream"):
        body = json.dumps({"choices": [{**choice, "delta": {"content": None}}]}).encode()
        return web.Response(
            body=b"data: " + body + b"\n\ndata: [DONE]\n\n", content_type="text/event-stream"
        )
    return web.json_response({"choices": [{**choice, "message": {"content": None}}]})


@fault
async def wrong_types(_p: Any, _r: web.Request, call: Any, _reply: Any) -> web.StreamResponse:
    """Valid JSON that is no completion."""
    body = json.dumps({"choices": "none", "usage": [1, 2], "model": 7}).encode()
    if call.body.get("stream"):
        return web.Response(body=b"data: " + body + b"\n\n", content_type="text/event-stream")
    return web.Response(body=body, content_type="application/json")


async def flood(request: web.Request, piece: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    with suppress(ConnectionError):
        while True:
            await response.write(piece)
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
async def parts(_p: Any, _r: web.Request, call: Any, reply: Any) -> web.StreamResponse:
    """The content as a list of parts, thoughts among them, and no usage."""
    content = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": reply.text}]
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": "stop"}
    body = json.dumps({"choices": [choice], "usage": None}).encode()
    return web.Response(
        body=b"data: " + body + b"\n\ndata: [DONE]\n\n", content_type="text/event-stream"
    )


@fault
async def no_stream(_p: Any, _r: web.Request, call: Any, reply: Any) -> web.StreamResponse:
    """Answers with the whole completion although a stream was asked for."""
    from tests.support.scripted_provider import whole

    return web.json_response(whole(call, reply))


@fault
async def error_in_stream(_p: Any, _r: web.Request, _c: Any, _reply: Any) -> web.StreamResponse:
    """Status 200, and the error as an event."""
    body = json.dumps({"error": {"message": "upstream overloaded", "code": 503}}).encode()
    return web.Response(body=b"data: " + body + b"\n\n", content_type="text/event-stream")


def refused_parameter(name: str, parameter: str, message: str) -> None:
    async def answer(_p: Any, _r: web.Request, call: Any, _reply: Any) -> web.StreamResponse | None:
        if parameter in call.body:
            return error(400, message, param=parameter, code="unsupported_parameter")
        return None

    FAULTS[name] = answer


refused_parameter(
    "no_response_format", "response_format", "'response_format' is not supported with this model"
)
refused_parameter("no_seed", "seed", "Unsupported parameter: 'seed'")
refused_parameter("no_stream_options", "stream_options", "Extra inputs: 'stream_options'")
refused_parameter("no_temperature", "temperature", "Unsupported value: 'temperature' must be 1")
refused_parameter(
    "no_max_tokens",
    "max_tokens",
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
)
