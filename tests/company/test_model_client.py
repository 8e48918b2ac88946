"""What a conversation gets from the model client when all goes well."""

import asyncio

import pytest

from company.errors import ConfigurationError
from company.models.client import ModelClient
from company.models.request import ModelRequest
from company.models.transport import Timeouts
from tests.support.asking import KEY, asking
from tests.support.scripted_provider import Call, Reply, ScriptedProvider
from tests.support.waiting import PATIENCE


async def test_words_arrive_piece_by_piece_and_add_up_to_the_text() -> None:
    async with asking(Reply("one two three four", chunk=4)) as asked:
        completion = await asked.ask()
        assert asked.words == ["one ", "two ", "thre", "e fo", "ur"]
        assert completion.text == "one two three four"


async def test_usage_is_what_the_provider_reports() -> None:
    async with asking(Reply("abcd" * 10, cached_tokens=2)) as asked:
        usage = (await asked.ask("abcd" * 4)).usage
        assert (usage.prompt_tokens, usage.completion_tokens) == (4, 10)
        assert usage.cached_tokens == 2
        assert usage.reported


async def test_the_request_carries_what_was_asked_and_nothing_else() -> None:
    async with asking("ok") as asked:
        await asked.ask("hi", temperature=0.2, max_tokens=9, seed=3)
        assert asked.provider.calls[0].body == {
            "model": "gpt-4o-mini",
            "messages": [{"role": "user", "content": "hi"}],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": 0.2,
            "max_tokens": 9,
            "seed": 3,
        }


@pytest.mark.parametrize(
    ("model", "sent"),
    [
        ("openai:gpt-4o-mini", {"type": "json_schema", "json_schema": {"name": "x"}}),
        ("deepseek:deepseek-flash", {"type": "json_object"}),
        ("spark:4.0Ultra", None),
    ],
)
async def test_structured_output_is_asked_for_as_far_as_the_provider_has_it(
    model: str, sent: dict[str, object] | None
) -> None:
    async with asking("{}") as asked:
        wanted = {"type": "json_schema", "json_schema": {"name": "x"}}
        await asked.ask(model=model, response_format=wanted)
        assert asked.provider.calls[0].body.get("response_format") == sent


async def test_thoughts_are_neither_heard_nor_kept_but_paid() -> None:
    answer = Reply(
        "<think>\nlet me see\n</think>\n\nForty-two", chunk=3, reasoning="hm", usage=False
    )
    async with asking(answer) as asked:
        completion = await asked.ask()
        assert completion.text == "".join(asked.words) == "Forty-two"
        assert completion.usage.completion_tokens == 10


async def test_a_local_server_costs_nothing_and_an_unknown_price_is_none() -> None:
    async with asking("ok") as asked:
        assert (await asked.ask(model="ollama:any")).cost == 0.0
        assert (await asked.ask(model="spark:4.0Ultra")).cost is None
        assert (await asked.ask(model=f"url:{asked.provider.url}#any")).cost is None


async def test_a_priced_model_costs_what_the_price_list_says() -> None:
    async with asking(Reply("abcd" * 1000)) as asked:
        cost = (await asked.ask("abcd" * 1000)).cost
        assert cost == pytest.approx(1000 * 0.15e-6 + 1000 * 0.60e-6)


async def test_a_key_goes_only_to_the_provider_it_belongs_to() -> None:
    async with asking("ok") as asked:
        await asked.ask()
        await asked.ask(model=f"url:{asked.provider.url}#any")
        sent = [call.headers["Authorization"] for call in asked.provider.calls]
        assert sent == [f"Bearer {KEY}", "Bearer none"]


async def test_a_missing_key_names_the_variable_before_any_call() -> None:
    async with ModelClient(env={}) as client:
        with pytest.raises(ConfigurationError, match="set DEEPSEEK_API_KEY"):
            await client.complete(ModelRequest("deepseek:deepseek-flash", []))


async def test_fifty_conversations_at_once_are_served_side_by_side() -> None:
    everyone = asyncio.Barrier(50)

    async def answer(call: Call) -> str:
        await everyone.wait()
        return f"echo {call.user}"

    async with asking(answer, timeouts=Timeouts()) as asked:
        said = await asyncio.gather(*(asked.ask(str(n)) for n in range(50)))
        assert [completion.text for completion in said] == [f"echo {n}" for n in range(50)]
        assert asked.calls == 50


async def test_words_are_heard_early_and_a_cancelled_call_leaves_the_client_usable() -> None:
    unfinished = Reply("first half, second half", chunk=5, fault="stall")
    async with asking(unfinished, "quick", timeouts=Timeouts()) as asked:
        task = asyncio.create_task(asked.ask())
        await asyncio.wait_for(asked.heard.wait(), PATIENCE)
        assert asked.words[0] == "first"
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await asked.ask()).text == "quick"


async def test_one_connection_is_used_again_for_the_next_turn() -> None:
    async with asking("one", "two", "three") as asked:
        for _ in range(3):
            await asked.ask()
        assert len({call.peer for call in asked.provider.calls}) == 1


async def test_a_proxy_in_the_environment_is_not_used_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    async with ScriptedProvider(["ok"]) as provider, ModelClient(env={}) as client:
        request = ModelRequest(f"url:{provider.url}#m", [{"role": "user", "content": "hi"}])
        assert (await client.complete(request)).text == "ok"
