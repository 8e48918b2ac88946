"""`softhouse model test`: one small call that shows whether a model can work here."""

import time

import pytest

from company.errors import ProviderError
from company.models.trial import try_model
from tests.support.scripted_provider import Reply, ScriptedProvider

GOOD = '{"ready": true, "numbers": [1, 2]}'


async def test_a_good_model_shows_its_speed_and_its_structured_output() -> None:
    async with ScriptedProvider([Reply(GOOD, chunk=6, delay=0.02)]) as server:
        trial = await try_model(f"url:{server.url}#m", env={})
    assert trial.structured == "json_schema"
    assert trial.tokens_per_second is not None
    assert 0 < trial.first_word_seconds < trial.completion.seconds + 0.1
    assert len(server.calls) == 1


async def test_a_model_that_refuses_a_schema_has_no_structured_output() -> None:
    async with ScriptedProvider([Reply(GOOD, fault="no_response_format")]) as server:
        trial = await try_model(f"url:{server.url}#m", env={})
    assert trial.structured == "none"
    assert trial.completion.text == GOOD


async def test_a_model_that_accepts_a_schema_and_ignores_it_has_none_either() -> None:
    async with ScriptedProvider(["Sure! I am ready."]) as server:
        assert (await try_model(f"url:{server.url}#m", env={})).structured == "none"


async def test_of_a_server_that_does_not_run_it_is_soon_said_how_it_is_started() -> None:
    async with ScriptedProvider([]) as server:
        gone = server.url
    began = time.monotonic()
    with pytest.raises(
        ProviderError, match=r"cannot be reached \(.*`ollama serve` starts it"
    ) as caught:
        await try_model("ollama:qwen3", env={"OLLAMA_BASE_URL": gone})
    assert time.monotonic() - began < 5
    assert "resume" not in str(caught.value)


async def test_of_several_addresses_each_is_asked() -> None:
    async with ScriptedProvider([]) as server:
        gone = server.url.replace("127.0.0.1", "localhost")
    with pytest.raises(ProviderError, match=r"cannot be reached \("):
        await try_model(f"url:{gone}#m", env={})


async def test_a_model_that_cannot_be_used_says_why() -> None:
    async with ScriptedProvider([Reply(fault="unauthorised")]) as server:
        with pytest.raises(ProviderError, match="SOFTHOUSE_URL_API_KEY"):
            await try_model(f"url:{server.url}#m", env={})
