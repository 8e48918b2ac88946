"""What calls cost that brought no answer, and how a budget and a time limit end them."""

import pytest

from company.errors import BudgetReached, ProviderError
from company.models.call import OutOfTime
from company.models.transport import Timeouts
from tests.support.asking import Asking, asking
from tests.support.scripted_provider import Reply
from warehouse.events import UsedInVain

PROMPT = "abcd" * 10
"""Ten tokens."""


async def used_by_failing(asked: Asking, **more: object) -> UsedInVain | None:
    with pytest.raises(ProviderError) as caught:
        await asked.ask(PROMPT, **more)
    return caught.value.used


async def test_answers_that_broke_off_are_counted_though_the_call_failed() -> None:
    async with asking(Reply("x" * 400, fault="cut"), attempts=2) as asked:
        used = await used_by_failing(asked)
        heard = len("".join(asked.words)) / 4
        assert used is not None
        assert (used.prompt_tokens, used.completion_tokens) == (20, heard)
        assert used.cost == pytest.approx(20 * 0.15e-6 + heard * 0.60e-6)


async def test_nonsense_is_counted_with_its_prompt() -> None:
    async with asking(Reply(fault="bad_json"), attempts=2) as asked:
        assert await used_by_failing(asked) == UsedInVain(20, 0, pytest.approx(20 * 0.15e-6))


async def test_silence_is_counted_with_its_prompt_since_somebody_may_have_been_thinking() -> None:
    async with asking(Reply(fault="silence"), attempts=1) as asked:
        used = await used_by_failing(asked)
        assert used is not None
        assert used.prompt_tokens == 10


@pytest.mark.parametrize("fault", ["rate_limit", "server_error", "unauthorised", "reset"])
async def test_what_was_refused_has_cost_nothing(fault: str) -> None:
    async with asking(Reply(fault=fault), attempts=3) as asked:
        assert await used_by_failing(asked) is None


async def test_a_server_that_is_down_has_cost_nothing() -> None:
    async with asking(attempts=2) as asked:
        assert await used_by_failing(asked, model="url:http://127.0.0.1:9/v1#any") is None


async def test_an_error_after_the_first_words_is_counted_though_it_cannot_pass() -> None:
    words = b'data: {"choices":[{"delta":{"content":"abcdefgh"}}]}\n\n'
    error = b'data: {"error":{"message":"gone","code":"insufficient_quota"}}\n\n'
    async with asking(Reply(fault="raw", body=words + error)) as asked:
        used = await used_by_failing(asked)
        assert used is not None
        assert (used.prompt_tokens, used.completion_tokens) == (10, 2)


async def test_where_no_price_is_known_the_tokens_are_told_without_a_cost() -> None:
    async with asking(Reply("x" * 400, fault="cut"), attempts=1) as asked:
        used = await used_by_failing(asked, model=f"url:{asked.provider.url}#any")
        assert used is not None
        assert used.cost is None


async def test_what_costs_each_time_is_tried_less_often_than_what_is_free() -> None:
    async with asking(Reply(fault="bad_json")) as asked:
        await used_by_failing(asked)
        assert asked.calls == 3
    async with asking(Reply(fault="server_error")) as asked:
        await used_by_failing(asked)
        assert asked.calls == 8


async def test_free_attempts_do_not_use_up_the_costly_ones() -> None:
    free, costly = Reply(fault="unavailable"), Reply(fault="bad_json")
    async with asking(*[free] * 4, *[costly] * 2, "at last") as asked:
        assert (await asked.ask()).text == "at last"


async def test_before_each_attempt_the_budget_is_asked_with_all_that_was_used() -> None:
    told: list[int] = []
    async with asking(
        Reply(fault="unavailable"), Reply(fault="bad_json"), Reply(fault="bad_json"), "ok"
    ) as asked:
        await asked.ask(PROMPT, afford=lambda used: told.append(used.prompt_tokens))
        assert told == [10, 20]


async def test_a_budget_that_forbids_another_attempt_ends_the_call() -> None:
    def forbid(used: UsedInVain) -> None:
        raise BudgetReached(f"{used.prompt_tokens} tokens are enough")

    async with asking(Reply(fault="bad_json"), "never said") as asked:
        with pytest.raises(BudgetReached, match="10 tokens are enough"):
            await asked.ask(PROMPT, afford=forbid)
        assert asked.calls == 1
        assert asked.clock.slept == []


async def test_no_wait_is_begun_that_would_end_after_the_time_limit() -> None:
    async with asking(
        Reply(fault="bad_json"), Reply(fault="rate_limit", retry_after="60"), "never said"
    ) as asked:
        with pytest.raises(OutOfTime) as caught:
            await asked.ask(PROMPT, within=30.0)
        assert asked.calls == 2
        assert sum(asked.clock.slept) < 2, "only the wait after the first attempt"
        assert "429: Rate limit reached" in asked.retries[-1]
        assert asked.retries[-1].endswith("s would be after the time limit")
        assert caught.value.used is not None
        assert caught.value.used.prompt_tokens == 10


async def test_time_that_is_over_in_the_middle_of_an_answer_leaves_its_cost() -> None:
    async with asking(Reply("x" * 400, fault="stall"), timeouts=Timeouts()) as asked:
        with pytest.raises(OutOfTime) as caught:
            await asked.ask(PROMPT, within=0.2)
        assert caught.value.used is not None
        assert caught.value.used.prompt_tokens == 10
        assert caught.value.used.completion_tokens == len("".join(asked.words)) / 4 > 10


async def test_an_answer_in_time_knows_nothing_of_the_limit() -> None:
    async with asking("in time") as asked:
        assert (await asked.ask(within=10.0)).text == "in time"
