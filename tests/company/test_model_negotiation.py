"""What the client gives up, and what not, where a server does not take a request as it is."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from company.errors import ProviderError
from company.models.faults import ContextOverflow
from tests.support.asking import Asking, asking
from tests.support.scripted_provider import Answer, Call, Reply

SCHEMA = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}}
MESSAGES = [
    {"role": "system", "content": "You write programs."},
    {"role": "user", "content": "A clock."},
]
Body = Mapping[str, Any]


def refusing(
    reason: Any, when: Callable[[Body], object], status: int = 400
) -> Callable[[Call], Answer]:
    """A server that answers only requests that it has nothing against."""
    body = reason if isinstance(reason, str) else json.dumps(reason)

    def answer(call: Call) -> Answer:
        if not when(call.body):
            return "the answer"
        headers = {"Content-Type": "application/json"}
        return Reply(fault="raw", status=status, body=body.encode(), headers=headers)

    return answer


def error(message: str, **more: Any) -> Body:
    return {"error": {"message": message, "type": "invalid_request_error", **more}}


async def asked_all(asked: Asking) -> str:
    """The answer to a request that holds everything there is to refuse."""
    wanted = {"response_format": SCHEMA, "temperature": 0.2, "seed": 7, "max_tokens": 8192}
    return (await asked.ask(messages=MESSAGES, **wanted)).text


def is_over(most: int) -> Callable[[Body], bool]:
    return lambda body: body.get("max_tokens", body.get("max_completion_tokens", 0)) > most


def has_system(body: Body) -> bool:
    return any(message["role"] == "system" for message in body["messages"])


def has_schema(body: Body) -> bool:
    return "json_schema" in json.dumps(body.get("response_format", {}))


NESTED = json.dumps(error("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'."))
CALLED_FOR = [
    (error("invalid temperature: only 1 is allowed for this model"), lambda b: "temperature" in b),
    ({"detail": [{"loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]}, lambda b: "seed" in b),
    (error("max_tokens is too large: 8192. At most 4096 completion tokens.", param="max_tokens"), is_over(4096)),
    (error("Range of max_tokens should be [1, 2,048]"), is_over(2048)),
    ({"object": "error", "message": "System role not supported", "code": 400}, has_system),
    (error("Conversation roles must alternate user/assistant/user/assistant/..."), has_system),
    (error("Your organization must be verified to stream this model.", param="stream"), lambda b: b["stream"]),
    ({"error": {"message": "Provider returned error", "metadata": {"raw": NESTED}}}, lambda b: "max_tokens" in b),
    (error(NESTED), lambda b: "max_tokens" in b),
    ([error("Unknown name \"additionalProperties\" at 'generation_config.response_schema'")], has_schema),
    ({"errors": [{"message": "JSON mode is off"}]}, lambda b: "response_format" in b),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "when"), CALLED_FOR)
async def test_what_the_words_call_for_is_given_up_first_and_remembered(
    reason: Any, when: Callable[[Body], object]
) -> None:
    async with asking(refusing(reason, when)) as asked:
        assert await asked_all(asked) == "the answer"
        assert asked.calls <= 3
        before = asked.calls
        assert await asked_all(asked) == "the answer"
        assert asked.calls == before + 1
        assert asked.retries == asked.clock.slept == []


VAGUE = [
    lambda body: "response_format" in body,
    has_schema,
    lambda body: "temperature" in body,
    lambda body: "stream_options" in body,
    lambda body: "max_tokens" in body,
    is_over(3000),
    lambda body: body["stream"],
    has_system,
    lambda body: "temperature" in body or "seed" in body,
    lambda body: has_system(body) or body["stream"],
]


@pytest.mark.parametrize("when", VAGUE)
@pytest.mark.parametrize("status", [400, 422])
async def test_a_server_that_does_not_say_why_gets_fewer_things_until_it_takes_them(
    when: Callable[[Body], object], status: int
) -> None:
    async with asking(refusing("Bad Request", when, status)) as asked:
        assert await asked_all(asked) == "the answer"
        assert asked.calls <= 17


async def test_what_did_not_help_is_not_given_up() -> None:
    async with asking(refusing("Bad Request", has_system)) as asked:
        await asked_all(asked)
        sent = asked.provider.calls[-1].body
        assert sent["response_format"] == SCHEMA
        assert (sent["temperature"], sent["seed"], sent["max_tokens"]) == (0.2, 7, 8192)
        assert sent["messages"] == [{"role": "user", "content": "You write programs.\n\nA clock."}]


async def test_two_things_refused_one_after_the_other_are_both_given_up() -> None:
    def answer(call: Call) -> Answer:
        for name in ("temperature", "seed"):
            if name in call.body:
                return refusing(error(f"'{name}' is fixed"), bool)(call)
        return "the answer"

    async with asking(answer) as asked:
        assert await asked_all(asked) == "the answer"
        assert asked.calls == 3
        assert asked.provider.calls[-1].body["response_format"] == SCHEMA


async def test_messages_of_one_role_in_a_row_are_put_together_where_roles_must_alternate() -> None:
    twice = [{"role": "user", "content": "One."}, {"role": "user", "content": "Two."}]
    reason = error("roles must alternate")
    async with asking(refusing(reason, lambda body: len(body["messages"]) > 1)) as asked:
        assert (await asked.ask(messages=twice)).text == "the answer"
        assert asked.provider.calls[-1].body["messages"][0]["content"] == "One.\n\nTwo."


async def test_a_template_that_fails_on_roles_is_a_refusal_whatever_its_status() -> None:
    reason = "Jinja Exception: Conversation roles must alternate"
    async with asking(refusing(reason, has_system, 500)) as asked:
        assert await asked_all(asked) == "the answer"


async def test_a_server_that_takes_nothing_is_asked_a_bounded_number_of_times() -> None:
    reason = {"error": {"message": "Provider returned error", "metadata": {"raw": "no such shape"}}}
    async with asking(refusing(reason, lambda _: True)) as asked:
        with pytest.raises(ProviderError, match="Provider returned error: no such shape"):
            await asked_all(asked)
        assert asked.calls <= 17


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (error("API key not valid. Please pass a valid API key."), "refused the key"),
        (error("Your credit balance is too low"), "no credit left"),
        (error("Access denied", code="Arrearage"), "no credit left"),
        (error("The model `gpt-9` does not exist"), "does not know the model"),
        (error("Input data may contain inappropriate content"), "content filter"),
        (error("Prompt exceeds max length", code="1261"), "too long"),
    ],
)
async def test_nothing_is_given_up_where_that_is_not_what_is_wrong(reason: Any, told: str) -> None:
    async with asking(refusing(reason, lambda _: True)) as asked:
        with pytest.raises(ProviderError, match=told):
            await asked_all(asked)
        assert asked.calls == 1


@pytest.mark.parametrize(
    "words",
    [
        "Prompt exceeds max length",
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096",
        "the request exceeds the available context size",
        "max_tokens must be at least 1, got -812",
        "Your input is longer than the model allows: 9001 > 8192",
        "Total tokens of image and text exceed max message tokens",
        "输入长度超过模型上限",
        "input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000",
    ],
)
@pytest.mark.parametrize("shape", ["status", "error_type", "code", "detail", "object"])
async def test_an_overflow_is_known_by_any_words_and_in_any_shape(words: str, shape: str) -> None:
    shapes: dict[str, Any] = {
        "status": None,
        "error_type": {"error_type": "some_error", "error_message": words},
        "code": {"code": 20015, "msg": words},
        "detail": {"detail": words},
        "object": {"object": "error", "message": words},
    }
    event = b"data: " + json.dumps(shapes[shape]).encode() + b"\n\n"
    inside = Reply(fault="raw", body=event)
    answer = refusing(error(words), bool) if shape == "status" else inside
    async with asking(answer) as asked:
        with pytest.raises(ContextOverflow):
            await asked.ask()
        assert asked.calls == 1


@pytest.mark.parametrize("words", ["Payload Too Large", "413 Request Entity Too Large"])
async def test_what_a_gateway_finds_too_large_is_too_long(words: str) -> None:
    async with asking(refusing(words, bool, 413)) as asked:
        with pytest.raises(ContextOverflow):
            await asked.ask()
        assert asked.calls == 1
