"""What a model provider says when it fails: each fault by name. Its connections are another file."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.support.connection_faults import FAULTS, fault


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


def status_fault(name: str, status: int, message: str, **more: Any) -> None:
    async def answer(_p: Any, _r: web.Request, _c: Any, reply: Any) -> web.StreamResponse:
        return error(status, message, headers=retry_headers(reply), **more)

    FAULTS[name] = answer


status_fault("rate_limit", 429, "Rate limit reached", code="rate_limit_exceeded")
status_fault("quota", 429, "You exceeded your current quota", code="insufficient_quota")
status_fault(
    "too_large_for_the_rate",
    429,
    "Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 61337.",
    code="rate_limit_exceeded",
)
status_fault("no_credit", 402, "Insufficient Balance")
status_fault("server_error", 500, "The server had an error")
status_fault("bad_gateway", 502, "Bad gateway")
status_fault("unavailable", 503, "The engine is overloaded")
status_fault("not_implemented", 501, "No such thing is here")
status_fault("unauthorised", 401, "Incorrect API key provided", code="invalid_api_key")
status_fault("forbidden", 403, "Your country is not supported")
status_fault("no_such_model", 404, "The model does not exist", code="model_not_found")
status_fault("bad_request", 400, "The messages hold inappropriate content")
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
async def raw(_p: Any, _r: web.Request, _c: Any, reply: Any) -> web.StreamResponse:
    """Sends what the test wants."""
    headers = {"Content-Type": "text/event-stream", **reply.headers}
    return web.Response(body=reply.body, status=reply.status, headers=headers)


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
