"""What the client makes of everything a provider can do wrong."""

from urllib.parse import urlsplit

import pytest

from company.errors import ProviderError
from company.models.faults import ContextOverflow
from company.models.transport import Timeouts
from tests.support.asking import KEY, asking
from tests.support.scripted_provider import Reply

PASSING = [
    "rate_limit",
    "server_error",
    "bad_gateway",
    "unavailable",
    "conflict",
    "request_timeout",
    "silence",
    "reset",
    "cut",
    "torn",
    "shorter",
    "unfinished",
    "stall",
    "bad_json",
    "html",
    "wrong_types",
    "error_in_stream",
]
LASTING = [
    "quota",
    "no_credit",
    "unauthorised",
    "forbidden",
    "no_such_model",
    "bad_request",
    "too_large_for_the_rate",
    "not_implemented",
]


@pytest.mark.parametrize("fault", PASSING)
async def test_a_passing_fault_is_tried_again_and_the_answer_is_whole(fault: str) -> None:
    async with asking(Reply("x" * 500, fault=fault), "the answer") as asked:
        completion = await asked.ask()
        assert completion.text == "the answer"
        assert completion.finish_reason == "stop"
        assert asked.calls == 2
        assert len(asked.retries) == 1


@pytest.mark.parametrize("fault", PASSING)
async def test_attempts_are_bounded(fault: str) -> None:
    async with asking(Reply("x" * 500, fault=fault), attempts=3) as asked:
        with pytest.raises(ProviderError, match=r"OpenAI \(`openai:gpt-4o-mini`\)") as caught:
            await asked.ask()
        assert caught.value.retryable
        assert caught.value.exit_code == 4
        assert asked.calls == 3


@pytest.mark.parametrize("fault", LASTING)
async def test_a_lasting_fault_is_never_tried_again(fault: str) -> None:
    async with asking(Reply(fault=fault), "never said") as asked:
        with pytest.raises(ProviderError) as caught:
            await asked.ask()
        assert not caught.value.retryable
        assert asked.calls == 1
        assert asked.clock.slept == []


async def test_a_server_that_asks_not_to_be_asked_again_is_not() -> None:
    headers = {"X-Should-Retry": "false", "Content-Type": "application/json"}
    async with asking(Reply(fault="raw", status=503, headers=headers), "never said") as asked:
        with pytest.raises(ProviderError):
            await asked.ask()
        assert asked.calls == 1


async def test_a_server_that_goes_down_and_comes_up_again_is_waited_for() -> None:
    async with asking("before", "after") as asked:
        port = urlsplit(asked.provider.url).port
        assert (await asked.ask()).text == "before"
        await asked.provider.stop()

        async def come_up() -> None:
            if len(asked.clock.slept) == 3:
                await asked.provider.start(port or 0)

        asked.clock.meanwhile = come_up
        assert (await asked.ask()).text == "after"
        assert len(asked.retries) == 3
        assert all("trying again" in retry for retry in asked.retries)


async def test_a_connection_that_breaks_after_the_last_word_has_cost_nothing() -> None:
    async with asking(Reply("the answer", fault="reset_at_the_end")) as asked:
        completion = await asked.ask("abcd" * 3)
        assert (completion.text, completion.finish_reason) == ("the answer", "stop")
        assert (completion.usage.prompt_tokens, completion.usage.reported) == (3, False)
        assert asked.calls == 1


async def test_a_drip_that_never_pauses_ends_with_the_time_for_the_whole_answer() -> None:
    slow = Reply("x" * 400, fault="drip", delay=0.02)
    timeouts = Timeouts(connect=2.0, idle=5.0, whole=0.2)
    async with asking(slow, "the answer", timeouts=timeouts) as asked:
        assert (await asked.ask()).text == "the answer"
        assert "not finished after 0.2 s" in asked.retries[0]


async def test_an_error_whose_words_never_end_is_cut_short() -> None:
    async with asking(Reply(fault="endless_refusal"), "the answer") as asked:
        assert (await asked.ask()).text == "the answer"
        assert asked.retries[0].startswith("OpenAI: 500: xxx")
        assert len(asked.retries[0]) < 400


async def test_a_status_is_believed_before_its_words_have_dripped_in() -> None:
    timeouts = Timeouts(refusal=0.1)
    async with asking(Reply(fault="dripped_refusal"), "never said", timeouts=timeouts) as asked:
        with pytest.raises(ProviderError, match="refused the key") as caught:
            await asked.ask()
        assert caught.value.status == 401


async def test_a_refused_key_names_the_variable_to_check() -> None:
    async with asking("hi", key="another") as asked:
        with pytest.raises(ProviderError, match="Check OPENAI_API_KEY") as caught:
            await asked.ask()
        assert caught.value.status == 401


async def test_an_unknown_model_names_the_nearest_known_one() -> None:
    async with asking(Reply(fault="no_such_model")) as asked:
        with pytest.raises(ProviderError, match="Did you mean `openai:gpt-4o-mini`"):
            await asked.ask(model="openai:gpt-4o-min")


async def test_an_exhausted_account_is_told_apart_from_a_rate_limit() -> None:
    async with asking(Reply(fault="quota")) as asked:
        with pytest.raises(ProviderError, match="no credit left"):
            await asked.ask()


async def test_nothing_listening_is_said_with_the_address() -> None:
    async with asking("hi", attempts=2) as asked:
        with pytest.raises(ProviderError, match=r"cannot be reached.*http://127\.0\.0\.1:9/v1"):
            await asked.ask(model="url:http://127.0.0.1:9/v1#any")


async def test_a_prompt_that_is_too_long_has_its_own_error() -> None:
    async with asking(Reply(fault="context_overflow")) as asked:
        with pytest.raises(ContextOverflow) as caught:
            await asked.ask()
        assert asked.calls == 1
        assert not caught.value.retryable


async def test_secrets_the_provider_repeats_never_reach_the_message() -> None:
    async with asking(Reply(fault="leaky")) as asked:
        with pytest.raises(ProviderError) as caught:
            await asked.ask()
        assert "verysecret" not in str(caught.value)
        assert KEY not in str(caught.value)
        assert caught.value.__cause__ is None


async def test_a_message_is_one_line_without_control_characters() -> None:
    async with asking(Reply(fault="hostile")) as asked:
        with pytest.raises(ProviderError) as caught:
            await asked.ask()
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [("endless_line", "more than 4 MB in one line"), ("endless_answer", "more than 64 MB in one")],
)
async def test_an_answer_that_never_ends_is_cut_off(fault: str, complaint: str) -> None:
    async with asking(Reply(fault=fault), attempts=1, timeouts=Timeouts()) as asked:
        with pytest.raises(ProviderError, match=complaint):
            await asked.ask()


async def test_an_empty_answer_is_an_answer_and_its_prompt_is_counted() -> None:
    async with asking(Reply(fault="empty")) as asked:
        completion = await asked.ask("four tokens here")
        assert completion.text == ""
        assert completion.usage.prompt_tokens == 4
        assert not completion.usage.reported
        assert asked.calls == 1


async def test_a_cut_answer_is_paid_for_too() -> None:
    async with asking(Reply("x" * 400, fault="cut"), "ok") as asked:
        completion = await asked.ask("four tokens here")
        assert completion.usage.prompt_tokens == 8
        assert completion.usage.completion_tokens > 10
        assert not completion.usage.reported


@pytest.mark.parametrize("reason", ["tool_calls", "a word of its own"])
async def test_an_answer_that_ended_for_another_reason_is_passed_on_with_it(reason: str) -> None:
    async with asking(Reply("", finish_reason=reason)) as asked:
        completion = await asked.ask()
        assert (completion.text, completion.finish_reason) == ("", reason)


async def test_an_answer_stopped_at_its_limit_says_so() -> None:
    async with asking(Reply("half of", finish_reason="length")) as asked:
        assert (await asked.ask()).finish_reason == "length"


async def test_missing_usage_is_estimated_and_marked() -> None:
    async with asking(Reply("abcd" * 5, usage=False)) as asked:
        usage = (await asked.ask("abcd" * 3)).usage
        assert (usage.prompt_tokens, usage.completion_tokens, usage.reported) == (3, 5, False)


async def test_content_in_parts_keeps_the_text_and_drops_the_rest() -> None:
    async with asking(Reply("the text", fault="parts")) as asked:
        assert (await asked.ask()).text == "the text"


async def test_a_server_that_cannot_stream_is_understood() -> None:
    async with asking(Reply("all at once", fault="no_stream")) as asked:
        completion = await asked.ask()
        assert completion.text == "all at once"
        assert completion.usage.reported


@pytest.mark.parametrize(
    ("fault", "parameter", "asked_with"),
    [
        ("no_response_format", "response_format", {"response_format": {"type": "json_object"}}),
        ("no_seed", "seed", {"seed": 7}),
        ("no_temperature", "temperature", {"temperature": 0.2}),
        ("no_stream_options", "stream_options", {}),
    ],
)
async def test_a_refused_parameter_is_left_out_and_remembered(
    fault: str, parameter: str, asked_with: dict[str, object]
) -> None:
    async with asking(Reply("fine", fault=fault)) as asked:
        await asked.ask(**asked_with)
        await asked.ask(**asked_with)
        sent = [parameter in call.body for call in asked.provider.calls]
        assert sent == [True, False, False]
        assert asked.retries == []


async def test_a_model_that_wants_max_completion_tokens_gets_it() -> None:
    async with asking(Reply("fine", fault="no_max_tokens")) as asked:
        await asked.ask(max_tokens=50)
        await asked.ask(max_tokens=60)
        first, second, third = (call.body for call in asked.provider.calls)
        assert first["max_tokens"] == 50
        assert second["max_completion_tokens"] == 50
        assert third["max_completion_tokens"] == 60
        assert "max_tokens" not in third


async def test_what_one_model_refuses_is_still_sent_to_another() -> None:
    async with asking(Reply("fine", fault="no_seed"), "fine") as asked:
        await asked.ask(seed=1)
        await asked.ask(seed=1, model="openai:gpt-4o")
        assert [c.body.get("seed") for c in asked.provider.calls] == [1, None, 1]
