"""A real HTTP server that speaks the OpenAI chat-completions protocol and says what it is told.

In a test: `async with ScriptedProvider(["first answer", Reply(fault="rate_limit"), "third"]) as p`.
In its own thread: `with ScriptedProvider(...).in_thread() as p`. As a process, printing its URL:
`python -m tests.support.scripted_provider script.json`, where the script is
`{"latency": 0.05, "replies": [...], "rules": [{"user": "regex", "replies": [...]}], "faults": {"3": "reset"}}`.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import math
import re
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from tests.support.connection_faults import reset_connection
from tests.support.provider_faults import FAULTS


@dataclass(frozen=True)
class Reply:
    """One answer, or one fault, of the provider."""

    text: str = ""
    fault: str | None = None
    """A name in `FAULTS`; what it does is said there."""
    retry_after: str | None = None
    """Sent as Retry-After (seconds or an HTTP date), or as retry-after-ms where it ends in `ms`."""
    latency: float | None = None
    """Seconds before the first byte; the provider's own latency where None."""
    delay: float = 0.0
    """Seconds between two chunks of a stream."""
    chunk: int = 40
    """Characters in each chunk of a stream."""
    finish_reason: str = "stop"
    usage: bool = True
    reasoning: str = ""
    """Sent as `reasoning_content` before the text."""
    calls: Sequence[Mapping[str, Any]] = ()
    """Sent as `tool_calls` after the text, each in one piece."""
    cached_tokens: int = 0
    body: bytes = b""
    """What the fault `raw` sends, byte for byte."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent with `body`; an event stream where no Content-Type is among them."""


@dataclass(frozen=True)
class Call:
    """What the provider was asked, as it arrived."""

    body: dict[str, Any]
    at: float
    """`time.monotonic()` on arrival."""
    number: int
    headers: Mapping[str, str]
    peer: Any = None
    """The address of the client's end of the connection."""

    @property
    def model(self) -> str:
        return str(self.body.get("model", ""))

    @property
    def user(self) -> str:
        """The last user message."""
        said = [text_of(m) for m in self.body.get("messages", []) if m.get("role") == "user"]
        return said[-1] if said else ""

    @property
    def system(self) -> str:
        return "\n".join(
            text_of(m) for m in self.body.get("messages", []) if m.get("role") == "system"
        )


Answer = str | Reply | Mapping[str, Any] | Callable[[Call], Any]


@dataclass
class Rule:
    """Replies for the calls whose user text, system text and model match; the last reply repeats."""

    replies: Sequence[Answer]
    user: str = ""
    system: str = ""
    model: str = ""
    used: int = 0

    def matches(self, call: Call) -> bool:
        return all(
            re.search(pattern, text, re.DOTALL)
            for pattern, text in (
                (self.user, call.user),
                (self.system, call.system),
                (self.model, call.model),
            )
        )

    def next(self) -> Answer:
        answer = self.replies[min(self.used, len(self.replies) - 1)]
        self.used += 1
        return answer


@dataclass
class ScriptedProvider:
    """The server: rules are tried in order, then the plain list of replies."""

    replies: Sequence[Answer] = ()
    rules: Sequence[Rule] = ()
    faults: Mapping[int, Answer] = field(default_factory=dict)
    """Faults by number of the call, from 0; they use up no reply."""
    latency: float = 0.0
    models: Sequence[str] = ("scripted",)
    key: str | None = None
    """Where set, any other bearer key is refused with 401."""
    calls: list[Call] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0

    def __post_init__(self) -> None:
        self._plain = Rule(self.replies) if self.replies else None
        self._runner: web.AppRunner | None = None
        self.url = ""
        """Base URL, with `/v1`."""

    @classmethod
    def from_script(cls, script: Mapping[str, Any]) -> Self:
        """From the JSON form: rules are objects, numbers of faults are strings."""
        given = dict(script)
        rules = [Rule(**rule) for rule in given.pop("rules", [])]
        faults = {int(n): _named_fault(fault) for n, fault in given.pop("faults", {}).items()}
        return cls(rules=rules, faults=faults, **given)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        self.stopping = asyncio.Event()
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._models)
        app.router.add_get("/calls", self._recorded)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port, backlog=4096)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"

    async def stop(self) -> None:
        if self._runner is not None:
            self.stopping.set()
            await self._runner.cleanup()
            self._runner = None

    @contextmanager
    def in_thread(self) -> Iterator[Self]:
        """Serve from a thread with its own loop, for synchronous tests and separate processes."""
        with in_thread(self.start, self.stop):
            yield self

    async def _models(self, _: web.Request) -> web.Response:
        data = [{"id": name, "object": "model", "owned_by": "softhouse"} for name in self.models]
        return web.json_response({"object": "list", "data": data})

    async def _recorded(self, _: web.Request) -> web.Response:
        return web.json_response(
            [{"number": c.number, "at": c.at, "body": c.body} for c in self.calls]
        )

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        call = Call(
            body=json.loads(await request.read()),
            at=time.monotonic(),
            number=len(self.calls),
            headers=dict(request.headers),
            peer=request.transport and request.transport.get_extra_info("peername"),
        )
        self.calls.append(call)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.key and request.headers.get("Authorization") != f"Bearer {self.key}":
                return refuse(401, "Incorrect API key provided", code="invalid_api_key")
            return await self._answer(request, call)
        finally:
            self.in_flight -= 1

    async def _answer(self, request: web.Request, call: Call) -> web.StreamResponse:
        reply = await self._reply(call)
        if reply is None:
            return refuse(400, f"no reply is scripted for call {call.number}: {call.user[:200]!r}")
        latency = self.latency if reply.latency is None else reply.latency
        if latency:
            await asyncio.sleep(latency)
        if reply.fault is not None:
            answer = await FAULTS[reply.fault](self, request, call, reply)
            if answer is not None:
                return answer
        if call.body.get("stream"):
            return await stream(request, call, reply)
        return web.json_response(whole(call, reply))

    async def _reply(self, call: Call) -> Reply | None:
        answer = self.faults.get(call.number)
        if answer is None:
            rule = next((r for r in self.rules if r.matches(call)), self._plain)
            answer = rule.next() if rule else None
        if callable(answer):
            answer = answer(call)
            if inspect.isawaitable(answer):
                answer = await answer
        if isinstance(answer, Mapping):
            return Reply(**answer)
        return Reply(answer) if isinstance(answer, str) else answer


@contextmanager
def in_thread(
    start: Callable[[], Awaitable[None]], stop: Callable[[], Awaitable[None]]
) -> Iterator[None]:
    """Keep something running on an event loop in a thread of its own."""
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    def serve() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(start())
        loop.call_soon(ready.set)
        loop.run_forever()
        loop.run_until_complete(stop())
        loop.close()

    thread = threading.Thread(target=serve, name="scripted-provider", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


@contextmanager
def serving(app: web.Application) -> Iterator[str]:
    """Any other application on loopback, in a thread; gives its URL."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)

    async def start() -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()

    with in_thread(start, runner.cleanup):
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"


def text_of(message: Mapping[str, Any]) -> str:
    """The words of a message, whose content is a string or a list of parts."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text", "")) for part in content)


def tokens(text: str) -> int:
    """The provider's own count: four bytes of UTF-8 are a token."""
    return math.ceil(len(text.encode()) / 4)


def usage_of(call: Call, reply: Reply) -> dict[str, Any]:
    prompt = tokens("".join(text_of(m) for m in call.body.get("messages", [])))
    completion = tokens(reply.text)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": reply.cached_tokens},
    }


def whole(call: Call, reply: Reply) -> dict[str, Any]:
    """The answer of a call that did not ask for a stream."""
    message: dict[str, Any] = {"role": "assistant", "content": reply.text}
    if reply.reasoning:
        message["reasoning_content"] = reply.reasoning
    if reply.calls:
        message["tool_calls"] = list(reply.calls)
    answer: dict[str, Any] = {
        "id": f"chatcmpl-{call.number}",
        "object": "chat.completion",
        "created": 0,
        "model": call.model,
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish_reason}],
    }
    if reply.usage:
        answer["usage"] = usage_of(call, reply)
    return answer


def events(call: Call, reply: Reply) -> list[bytes]:
    """The server-sent events of an answer, `[DONE]` included."""
    head = {
        "id": f"chatcmpl-{call.number}",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": call.model,
    }

    def event(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return b"data: " + json.dumps({**head, "choices": [choice]}).encode() + b"\n\n"

    said = [event({"role": "assistant", "content": ""})]
    if reply.reasoning:
        said.append(event({"reasoning_content": reply.reasoning}))
    said += [
        event({"content": reply.text[at : at + reply.chunk]})
        for at in range(0, len(reply.text), reply.chunk)
    ]
    said += [event({"tool_calls": [{"index": at, **c}]}) for at, c in enumerate(reply.calls)]
    said.append(event({}, reply.finish_reason))
    if reply.usage and (call.body.get("stream_options") or {}).get("include_usage"):
        final = {**head, "choices": [], "usage": usage_of(call, reply)}
        said.append(b"data: " + json.dumps(final).encode() + b"\n\n")
    return [*said, b"data: [DONE]\n\n"]


async def stream(
    request: web.Request, call: Call, reply: Reply, *, cut: bool = False
) -> web.StreamResponse:
    """Send the answer as events; `cut` drops the connection after half of them."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    response.enable_chunked_encoding()
    await response.prepare(request)
    said = events(call, reply)
    if cut:
        said = said[: max(1, (len(said) - 2) // 2)]
    if reply.delay:
        for event in said:
            await response.write(event)
            await asyncio.sleep(reply.delay)
    else:
        await response.write(b"".join(said))
    if cut:
        reset_connection(request)
    else:
        await response.write_eof()
    return response


def refuse(
    status: int, message: str, *, code: str | None = None, headers: Mapping[str, str] | None = None
) -> web.Response:
    """An error in the provider's own form."""
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return web.json_response({"error": error}, status=status, headers=headers)


def _named_fault(fault: Any) -> Any:
    return Reply(fault=fault) if isinstance(fault, str) else fault


def main(path: str) -> None:
    """Serve the script in the file until the process is ended."""
    provider = ScriptedProvider.from_script(json.loads(Path(path).read_text("utf-8")))
    with provider.in_thread():
        sys.stdout.write(provider.url + "\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1])
