"""How the client reads answers that are well meant and oddly made."""

import gzip
import json
from typing import Any

import pytest

from company.models.transport import Timeouts
from tests.support.asking import asking
from tests.support.scripted_provider import Reply
from tests.support.streams import (
    DOCUMENT,
    DONE,
    EVENT_STREAM,
    JSON_DOCUMENT,
    WHOLE,
    chunk,
    event,
    raw,
    usage,
)
from warehouse.events import CompletionResult


@pytest.mark.parametrize(
    "body",
    [
        WHOLE,
        WHOLE.replace(b"\n", b"\r\n"),
        WHOLE.replace(b"data: ", b"data:"),
        WHOLE.replace(b"\n\n", b"\n"),
        b"\xef\xbb\xbf" + WHOLE,
        b"\n\n: waiting\n\n" + WHOLE,
        b"retry: 10\nid: 1\nevent: message\n" + WHOLE,
        chunk("the answer") + b"data:\n\ndata: \n\n" + chunk(None, "stop") + DONE,
        chunk("the answer", "stop") + DONE.rstrip(),
        chunk("the answer", "stop"),
        chunk("the answer") + DONE,
        chunk("the answer", "null") + chunk(None, "") + chunk(None, "stop") + DONE,
        chunk("the answer", {"type": "stop"}) + DONE,
        event({"type": "ping"}) + WHOLE,
        event({"choices": None, "id": None, "model": None, "usage": None}) + WHOLE,
        event({"choices": [{"index": 0, "delta": None}]}) + WHOLE,
        chunk("the ") + event({"choices": [{"index": 1, "delta": {"content": "?"}}]}) + WHOLE[len(chunk("the ")) :],
        event({"choices": [{"delta": {"content": "the answer"}, "finish_reason": "stop"}]}) + DONE,
        chunk("the answer", "stop") + b"data: {broken\n\n",
        chunk("the answer", "stop") + event({"error": {"message": "too late to matter"}}),
        WHOLE + chunk(" and more"),
        chunk("the answer", "stop", created=10**300, x=[[[[1e308]]]]) + DONE,
    ],
)  # fmt: skip
async def test_an_oddly_made_stream_is_understood(body: bytes) -> None:
    async with asking(raw(body)) as asked:
        completion = await asked.ask()
        assert completion.text == "".join(asked.words) == "the answer"
        assert completion.finish_reason == "stop"
        assert asked.calls == 1


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "text/html", "nonsense"]
)
@pytest.mark.parametrize(
    "body", [WHOLE, json.dumps(DOCUMENT, indent=2).encode(), b"\n" + json.dumps(DOCUMENT).encode()]
)
async def test_a_wrong_content_type_does_no_harm(content_type: str, body: bytes) -> None:
    async with asking(raw(body, {"Content-Type": content_type})) as asked:
        assert (await asked.ask()).text == "the answer"
        assert asked.calls == 1


async def test_a_document_without_a_finish_reason_is_an_answer() -> None:
    document = json.dumps({"choices": [{"message": {"content": "all of it"}}]}).encode()
    async with asking(raw(document, JSON_DOCUMENT)) as asked:
        completion = await asked.ask()
        assert (completion.text, completion.finish_reason) == ("all of it", "stop")


async def test_an_answer_that_arrives_byte_by_byte_is_whole_in_every_alphabet() -> None:
    async with asking(Reply("naïve 漢字 🎲 done", fault="drip")) as asked:
        assert (await asked.ask()).text == "naïve 漢字 🎲 done"


async def test_a_character_sent_in_two_halves_is_put_together() -> None:
    body = rb'data: {"choices":[{"delta":{"content":"a die: \ud83c"}}]}' + b"\n\n"
    body += rb'data: {"choices":[{"delta":{"content":"\udfb2!"},"finish_reason":"stop"}]}' + b"\n\n"
    async with asking(raw(body + DONE)) as asked:
        assert (await asked.ask()).text == "a die: 🎲!"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (rb'"half \ud83c of it"', "half \ufffd of it"),
        (rb'"\udfb2 the end first"', "\ufffd the end first"),
        (rb'"ends in a half \ud83c"', "ends in a half \ufffd"),
        (b'"a byte \xff that is none"', "a byte \ufffd that is none"),
        (rb'"nul \u0000 stays"', "nul \x00 stays"),
    ],
)
async def test_what_is_no_character_is_replaced_and_the_answer_kept(sent: bytes, read: str) -> None:
    body = b'data: {"choices":[{"delta":{"content":' + sent + b'},"finish_reason":"stop"}]}\n\n'
    async with asking(raw(body + DONE)) as asked:
        completion = await asked.ask()
        assert completion.text == "".join(asked.words) == read
        assert completion.text.encode()


async def test_a_packed_stream_is_unpacked_though_none_was_asked_for() -> None:
    packed = raw(gzip.compress(WHOLE), {**EVENT_STREAM, "Content-Encoding": "gzip"})
    async with asking(packed) as asked:
        assert (await asked.ask()).text == "the answer"
        assert asked.provider.calls[0].headers["Accept-Encoding"] == "identity"


async def counted(**counts: Any) -> CompletionResult:
    body = chunk("abcd" * 5, "stop") + usage(**counts) + DONE
    async with asking(raw(body)) as asked:
        return await asked.ask("abcd" * 3)


@pytest.mark.parametrize(
    ("prompt", "completion"),
    [(-1, 5), (3, -5), ("3", "5"), (None, 5), (3, None), (True, True), (0, 0), (0.5, 5), (3, [5]),
     (10**30, 5), (3, 10**12), (1e300, 5)],
)  # fmt: skip
async def test_a_report_that_makes_no_sense_is_replaced_by_an_estimate(
    prompt: Any, completion: Any
) -> None:
    used = (await counted(prompt_tokens=prompt, completion_tokens=completion)).usage
    assert (used.prompt_tokens, used.completion_tokens, used.reported) == (3, 5, False)


async def test_words_that_are_reported_to_have_cost_nothing_are_estimated() -> None:
    used = (await counted(prompt_tokens=3, completion_tokens=0)).usage
    assert (used.prompt_tokens, used.completion_tokens, used.reported) == (3, 5, False)


async def test_whole_numbers_written_as_fractions_are_counts() -> None:
    used = (await counted(prompt_tokens=30.0, completion_tokens=50.0)).usage
    assert (used.prompt_tokens, used.completion_tokens, used.reported) == (30, 50, True)


@pytest.mark.parametrize("details", [None, 7, [], {"cached_tokens": -1}, {"cached_tokens": 99}])
async def test_more_from_the_cache_than_was_asked_is_not_believed(details: Any) -> None:
    completion = await counted(prompt_tokens=30, completion_tokens=5, prompt_tokens_details=details)
    assert completion.usage.prompt_tokens == 30
    assert completion.usage.cached_tokens in (0, 30)


async def test_the_last_report_of_a_stream_counts_wherever_it_stands() -> None:
    early = event({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 1}})
    choice = {"delta": {"content": "hi"}, "finish_reason": "stop"}
    late = {"choices": [{**choice, "usage": {"prompt_tokens": 9, "completion_tokens": 2}}]}
    async with asking(raw(early + event(late) + DONE)) as asked:
        assert (await asked.ask()).usage.completion_tokens == 2


async def test_a_hundred_thousand_little_pieces_make_one_answer() -> None:
    piece = b'data: {"choices":[{"delta":{"content":"x"}}]}\n\n'
    body = piece * 100_000 + chunk("!", "stop") + DONE
    async with asking(raw(body), timeouts=Timeouts()) as asked:
        assert (await asked.ask()).text == "x" * 100_000 + "!"
