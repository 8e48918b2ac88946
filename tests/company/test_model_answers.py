"""Where an answer may stand, and what it is told as that is none."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from company.errors import ProviderError
from tests.support.asking import asking
from tests.support.scripted_provider import Answer, Call, Reply
from tests.support.streams import DONE, JSON_DOCUMENT, chunk, event, raw

ANSWER = "### main.py\n```python\nprint('<think>', 1)\n```"
DRAFT = "Let me see.\n\nmain.py\n```python\nprint(0)\n```\nNo.\n"


@pytest.mark.parametrize(
    "written",
    [
        ANSWER,
        f"{DRAFT}</think>\n\n{ANSWER}",
        f"{DRAFT}\n[/THINK]\n{ANSWER}",
        f"<think>{DRAFT}</think>\n{ANSWER}",
        f"<|channel|>analysis<|message|>{DRAFT}<|end|><|start|>assistant<|channel|>final<|message|>{ANSWER}<|return|>",
        f"<|channel|>final <|constrain|>markdown<|message|>{ANSWER}",
        f"analysisWe need a program. {DRAFT}assistantfinal{ANSWER}",
        f"{ANSWER}<|im_end|>",
        f"{ANSWER}</s>\n",
        f"<think>\n{ANSWER}",
    ],
)
async def test_what_is_no_part_of_the_answer_is_left_out(written: str) -> None:
    async with asking(Reply(written)) as asked:
        assert (await asked.ask()).text.strip() == ANSWER


@pytest.mark.parametrize(
    "written",
    [
        "A filter for thoughts:\n```python\nEND = '''\n</think>\n'''\n```",
        "It drops what stands between <think> and\n</think>\nand keeps the rest.",
        "The tag `</think>` ends a thought.",
        "analysis of the assistant: none",
        "```\n<|channel|>final<|message|>\n```",
    ],
)
async def test_an_answer_about_thoughts_stays_whole(written: str) -> None:
    async with asking(Reply(written)) as asked:
        assert (await asked.ask()).text == written


def delta(**said: Any) -> bytes:
    return event({"choices": [{"index": 0, "delta": said, "finish_reason": None}]})


def call_piece(arguments: str, index: int = 0) -> bytes:
    return delta(tool_calls=[{"index": index, "function": {"name": "f", "arguments": arguments}}])


FILE = json.dumps({"path": "main.py", "content": "print(1)\n"})
BLOCK = "### main.py\n```\nprint(1)\n```"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (delta(reasoning_content="all ") + delta(reasoning_content="of it"), "all of it"),
        (delta(reasoning="all of it", content=""), "all of it"),
        (delta(reasoning="a thought", content=None) + chunk("all of it"), "all of it"),
        (call_piece('{"ready": ') + call_piece("true}"), '{"ready": true}'),
        (call_piece('{"content": "all of it"}'), "all of it"),
        (call_piece(FILE[:9]) + call_piece(FILE[9:]), BLOCK),
        (call_piece(FILE, 0) + call_piece(FILE.replace("main", "b"), 1), f"{BLOCK}\n\n{BLOCK.replace('main', 'b')}"),
        (chunk("Here it is.") + call_piece(FILE), f"Here it is.\n\n{BLOCK}"),
        (delta(function_call={"name": "f", "arguments": '{"a": 1}'}), '{"a": 1}'),
        (event({"choices": [{"index": 0, "text": "all of it"}]}), "all of it"),
    ],
)  # fmt: skip
async def test_an_answer_is_found_wherever_it_stands(said: bytes, answer: str) -> None:
    async with asking(raw(said + chunk(None, "stop") + DONE)) as asked:
        assert (await asked.ask()).text == answer
        assert asked.calls == 1


async def test_thoughts_are_no_answer_where_there_was_no_end() -> None:
    async with asking(raw(delta(reasoning="hm") + chunk(None, "tool_calls") + DONE)) as asked:
        assert (await asked.ask()).text == ""


@pytest.mark.parametrize("reason", ["content_filter", "SAFETY", "sensitive", "refusal"])
async def test_an_answer_that_was_barred_is_told_as_that_and_not_asked_for_again(
    reason: str,
) -> None:
    async with asking(raw(chunk("half of") + chunk(None, reason) + DONE), "never said") as asked:
        with pytest.raises(ProviderError, match="content filter") as caught:
            await asked.ask()
        assert asked.calls == 1
        assert caught.value.used is not None
        assert not caught.value.retryable


async def test_a_model_that_refuses_is_quoted() -> None:
    message = {"content": None, "refusal": "I cannot help with that."}
    document = {"choices": [{"message": message, "finish_reason": "stop"}]}
    async with asking(raw(json.dumps(document).encode(), JSON_DOCUMENT)) as asked:
        with pytest.raises(ProviderError, match=r"refused.*I cannot help with that"):
            await asked.ask()
        assert asked.calls == 1


def thinking_for(tokens: int) -> Callable[[Call], Answer]:
    """A model that answers after so many tokens of thoughts, which count."""

    def answer(call: Call) -> Answer:
        if call.body["max_tokens"] > tokens:
            return "the answer"
        return Reply("", reasoning="hm " * 40, finish_reason="length")

    return answer


async def test_thoughts_that_fill_the_whole_reply_get_more_room_which_is_remembered() -> None:
    async with asking(thinking_for(6300)) as asked:
        assert (await asked.ask(max_tokens=4096)).text == "the answer"
        assert "thoughts took the whole reply of 4,096 tokens; asking again" in asked.retries[0]
        assert (await asked.ask(max_tokens=500)).text == "the answer"
        assert [call.body["max_tokens"] for call in asked.provider.calls] == [4096, 16384, 16384]


async def test_thoughts_without_end_get_more_room_once_and_are_told_as_that() -> None:
    async with asking(thinking_for(10**6)) as asked:
        with pytest.raises(ProviderError, match="max_reply_tokens") as caught:
            await asked.ask(max_tokens=4096)
        assert asked.calls == 2
        assert caught.value.used is not None


async def test_more_room_is_asked_of_the_budget_before_it_is_used() -> None:
    asked_for: list[int] = []

    def afford(used: Any) -> None:
        asked_for.append(used.completion_tokens)

    async with asking(thinking_for(6300)) as asked:
        await asked.ask(max_tokens=4096, afford=afford)
        assert max(asked_for) >= 16384 - 4096
