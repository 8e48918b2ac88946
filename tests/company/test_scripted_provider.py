"""The scripted provider itself: other tests believe it."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import openai
import pytest

from tests.support.scripted_provider import Call, Reply, Rule, ScriptedProvider


def client_of(server: ScriptedProvider) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=server.url, api_key="any", max_retries=0)


async def say(client: openai.AsyncOpenAI, user: str, system: str = "", model: str = "m") -> str:
    answer = await client.chat.completions.create(
        model=model,
        messages=[{"role": "system", "content": system}, {"role": "user", "content": user}],
    )
    return answer.choices[0].message.content or ""


async def test_the_plain_sdk_understands_its_answers_and_its_streams() -> None:
    async with (
        ScriptedProvider([Reply("hello world", chunk=4)]) as server,
        client_of(server) as sdk,
    ):
        assert await say(sdk, "hi") == "hello world"
        stream = await sdk.chat.completions.create(
            model="m",
            messages=[{"role": "user", "content": "12345"}],
            stream=True,
            stream_options={"include_usage": True},
        )
        chunks = [chunk async for chunk in stream]
        words = [c.choices[0].delta.content or "" for c in chunks if c.choices]
        assert "".join(words) == "hello world"
        usage = chunks[-1].usage
        assert usage is not None
        assert (usage.prompt_tokens, usage.completion_tokens) == (2, 3)


async def test_replies_come_in_order_and_the_last_repeats() -> None:
    async with ScriptedProvider(["one", "two"]) as server, client_of(server) as sdk:
        assert [await say(sdk, "") for _ in range(3)] == ["one", "two", "two"]


async def test_the_first_rule_that_matches_answers() -> None:
    rules = [
        Rule(["tests"], user="write.*tests"),
        Rule(["review"], system="Reviewer"),
        Rule([lambda call: f"{call.model}: {call.user}"], model="^big"),
    ]
    async with ScriptedProvider(["else"], rules) as server, client_of(server) as sdk:
        assert await say(sdk, "please write\nthe tests", "Reviewer") == "tests"
        assert await say(sdk, "go", "You are the Code Reviewer") == "review"
        assert await say(sdk, "go", model="big-one") == "big-one: go"
        assert await say(sdk, "go") == "else"


async def test_a_fault_by_number_uses_up_no_reply() -> None:
    faults = {1: Reply(fault="unavailable")}
    async with ScriptedProvider(["one", "two"], faults=faults) as server, client_of(server) as sdk:
        assert await say(sdk, "") == "one"
        with pytest.raises(openai.InternalServerError):
            await say(sdk, "")
        assert await say(sdk, "") == "two"


async def test_a_call_nobody_scripted_fails_loudly() -> None:
    async with ScriptedProvider() as server, client_of(server) as sdk:
        with pytest.raises(openai.BadRequestError, match="no reply is scripted for call 0"):
            await say(sdk, "surprise")


async def test_every_call_is_recorded_with_its_body() -> None:
    async with ScriptedProvider(["ok"]) as server, client_of(server) as sdk:
        await say(sdk, "first", "system words")
        await say(sdk, "second")
        assert [call.user for call in server.calls] == ["first", "second"]
        assert isinstance(server.calls[0], Call)
        assert server.calls[0].system == "system words"
        assert server.calls[0].at <= server.calls[1].at


def test_as_a_process_it_prints_its_url_and_reports_its_calls(tmp_path: Path) -> None:
    script = {"replies": ["from a process"], "rules": [{"user": "x", "replies": [{"text": "y"}]}]}
    (tmp_path / "script.json").write_text(json.dumps(script), "utf-8")
    command = [
        sys.executable,
        "-m",
        "tests.support.scripted_provider",
        str(tmp_path / "script.json"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "x"}]})
            with urllib.request.urlopen(f"{url}/chat/completions", body.encode()) as answer:
                assert json.load(answer)["choices"][0]["message"]["content"] == "y"
            with urllib.request.urlopen(f"{url.removesuffix('/v1')}/calls") as answer:
                assert json.load(answer)[0]["body"]["model"] == "m"
        finally:
            process.terminate()
