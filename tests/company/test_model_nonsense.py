"""Whatever a server sends, the client ends with an answer or an error of the provider."""

import asyncio
import json
import zlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from company.errors import ProviderError
from company.models.transport import Timeouts
from tests.support.asking import Asking, asking
from tests.support.raw_server import answering_with
from tests.support.scripted_provider import Reply
from tests.support.streams import (
    DOCUMENT,
    DONE,
    EVENT_STREAM,
    WHOLE,
    chunk,
    event,
    raw,
)
from tests.support.waiting import PATIENCE

BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b"\n\n\n",
    "only the end": DONE,
    "no words and no reason": chunk(None) + DONE,
    "half": chunk("half of"),
    "not JSON": b"data: {'choices': []}\n\n" + DONE,
    "two documents": json.dumps(DOCUMENT).encode() * 2,
    "a number": b"data: 7\n\n" + DONE,
    "a text": b'data: "hello"\n\n' + DONE,
    "a list": b"data: []\n\n" + DONE,
    "choices of nothing": event({"choices": [None]}),
    "choices of lists": event({"choices": [[]]}),
    "choices as a dictionary": event({"choices": {"0": {}}}),
    "a delta that is text": event({"choices": [{"delta": "hi"}]}),
    "content that is a number": chunk(42, "stop"),
    "content that is a dictionary": chunk({"text": "hi"}, "stop"),
    "nested too deep": b"data: " + b"[" * 100_000 + b"]" * 100_000 + b"\n\n",
    "a number too long": b'data: {"choices": ' + b"9" * 10_000 + b"}\n\n",
    "finish with an error": chunk("hm", "error"),
    "an error as text": event({"error": "upstream failed"}),
    "an error as a list": event([{"error": {"message": "upstream failed", "code": 503}}]),
    "an error of vLLM": event({"object": "error", "message": "engine dead", "code": 500}),
    "an error of llama.cpp": b'error: {"code":500,"message":"slot failed","type":"server_error"}\n\n',
    "an error without error": event({"message": "please slow down", "type": "rate_limit"}),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
async def test_what_is_no_answer_is_asked_for_again(body: bytes) -> None:
    async with asking(raw(body), "the answer") as asked:
        assert (await asked.ask()).text == "the answer"
        assert asked.calls == 2


@pytest.mark.parametrize("depth", range(300, 1000, 50))
async def test_no_depth_of_nesting_breaks_the_reader(depth: int) -> None:
    nested = b"[" * depth + b"]" * depth
    async with asking(raw(b'data: {"choices": [' + nested + b"]}\n\n"), attempts=1) as asked:
        with pytest.raises(ProviderError):
            await asked.ask()


LASTING: dict[str, tuple[Any, str]] = {
    "quota": ({"error": {"message": "pay", "code": "insufficient_quota"}}, "no credit left"),
    "quota by type": (
        {"error": {"message": "pay", "type": "exceeded_current_quota_error", "code": None}},
        "no credit left",
    ),
    "key": ({"error": {"message": "bad key", "type": "authentication_error"}}, "refused the key"),
    "key by number": ({"error": {"message": "bad key", "code": "401"}}, "refused the key"),
    "model": ({"error": {"message": "no", "code": "model_not_found"}}, "does not know the model"),
    "overflow": ({"error": {"code": 400, "message": "exceed_context_size"}}, "too long"),
    "overflow as 500": ({"error": {"code": 500, "message": "context size exceeded"}}, "too long"),
    "credit": ({"error": {"message": "Insufficient credits", "code": 402}}, "no credit left"),
}


@pytest.mark.parametrize(("said", "complaint"), LASTING.values(), ids=LASTING.keys())
async def test_an_error_within_a_stream_that_cannot_pass_is_not_tried_again(
    said: Any, complaint: str
) -> None:
    async with asking(raw(event(said)), "never said") as asked:
        with pytest.raises(ProviderError, match=complaint) as caught:
            await asked.ask()
        assert not caught.value.retryable
        assert asked.calls == 1


async def test_a_stream_that_unpacks_to_a_mountain_is_given_up_on() -> None:
    packer = zlib.compressobj(9)
    layer = b"".join(packer.compress(b": " + b"x" * (1 << 20) + b"\n") for _ in range(200))
    bomb = zlib.compress(layer + packer.flush(), 9)
    assert len(bomb) < 10_000
    headers = {**EVENT_STREAM, "Content-Encoding": "deflate, deflate"}
    async with asking(raw(bomb, headers), attempts=1, timeouts=Timeouts()) as asked:
        with pytest.raises(ProviderError, match="more than 64 MB"):
            await asked.ask()


HTTP_NONSENSE: dict[str, bytes] = {
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n",
    "TLS": bytes.fromhex("15030100020228"),
    "binary": bytes(range(256)),
    "nothing": b"",
    "no status": b"HTTP/1.1\r\n\r\n",
    "a status of letters": b"HTTP/1.1 abc OK\r\n\r\n",
    "a status too large": b"HTTP/1.1 99999 OK\r\n\r\n",
    "a reason that is no text": b"HTTP/1.1 200 \xff\xfe\r\nContent-Length: 0\r\n\r\n",
    "a header too long": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    "a thousand headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
    "a header that is no text": b"HTTP/1.1 500 No\r\nX: \xff\r\nContent-Length: 0\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
    "chunks of nonsense": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
    "unpackable": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
    "packed ten times": b"HTTP/1.1 200 OK\r\nContent-Encoding: "
    + b", ".join([b"gzip"] * 10)
    + b"\r\nContent-Length: 5\r\n\r\nhello",
    "an odd alphabet": b"HTTP/1.1 400 No\r\nContent-Type: text/html; charset=zlib\r\n"
    b"Content-Length: 5\r\n\r\nhello",
    "somewhere else": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n\r\n",
    "nowhere": b"HTTP/1.1 302 Found\r\nLocation: \xff\r\nContent-Length: 0\r\n\r\n",
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "hints for ever": b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
    "absurd waits": b"HTTP/1.1 429 No\r\nRetry-After: "
    + b"9" * 400
    + b"\r\nContent-Length: 0\r\n\r\n",
    "an absurd date": b"HTTP/1.1 503 No\r\nRetry-After: Thu, 01 Jan 99999999999999999999 00:00:00 GMT"
    b"\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("answer", HTTP_NONSENSE.values(), ids=HTTP_NONSENSE.keys())
async def test_what_is_hardly_http_ends_as_an_error_of_the_provider(answer: bytes) -> None:
    async with answering_with(answer) as url, asking(attempts=2) as asked:
        with pytest.raises(ProviderError) as caught:
            await asked.ask(model=f"url:{url}#any")
        assert caught.value.exit_code == 4
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 1000


async def ending(asked: Asking) -> str:
    """The answer, or the complaint; anything else a body can bring about is a fault of ours."""
    try:
        async with asyncio.timeout(PATIENCE):
            completion = await asked.ask()
    except ProviderError as error:
        return str(error)
    assert completion.text.encode() is not None
    return completion.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["choices", "delta", "message", "content", "finish_reason", "usage", "error", "code",
             "prompt_tokens", "completion_tokens", "index", "type", "text", "reasoning_content"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip
BODIES = (
    st.binary(max_size=300)
    | st.lists(JSON.map(event), max_size=5).map(b"".join)
    | st.lists(st.sampled_from([WHOLE, DONE, chunk("x"), b"data: ", b"\r\n", b"\xff"])).map(
        b"".join
    )
    | JSON.map(lambda said: json.dumps(said).encode())
)


def test_no_body_whatever_breaks_the_client_or_keeps_it() -> None:
    bodies: list[Reply] = []

    async def prepare() -> tuple[Any, Asking]:
        context = asking(lambda _: bodies[-1], attempts=2)
        return context, await context.__aenter__()

    with asyncio.Runner() as runner:
        context, asked = runner.run(prepare())

        @settings(max_examples=300, deadline=None, derandomize=True, database=None,
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(BODIES, st.sampled_from(["text/event-stream", "application/json", "text/html"]))
        def try_body(body: bytes, content_type: str) -> None:
            bodies.append(raw(body, {"Content-Type": content_type}))
            before = asked.calls
            runner.run(ending(asked))
            assert asked.calls - before <= 2

        try:
            try_body()
        finally:
            runner.run(context.__aexit__(None, None, None))
