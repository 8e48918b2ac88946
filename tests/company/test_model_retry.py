"""How long the client waits before it asks again."""

import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company.errors import ProviderError
from company.models.failure import Failure
from company.models.retry import RetryPolicy, retry_after
from tests.support.asking import asking
from tests.support.scripted_provider import Reply

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EVERYWHERE = ("retry-after", "retry-after-ms", "x-ratelimit-reset")


def refused(headers: Mapping[str, str], words: str = "", status: int = 429) -> Failure:
    return Failure("status", words, status=status, headers=headers)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "Thu, 01 Jan 2026 00:00:30 GMT"}, 30.0),
        ({"retry-after": "Thu, 01 Jan 2025 00:00:00 GMT"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "-4"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({}, None),
        ({"x-ratelimit-reset": "30"}, 30.0),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 90)}, 90.0),
        ({"x-ratelimit-reset": str((int(NOW.timestamp()) + 90) * 1000)}, 90.0),
        ({"x-ratelimit-reset": "2026-01-01T07:12:00Z"}, 25_920.0),
        ({"x-ratelimit-reset-requests": "7h12m0s"}, 25_920.0),
        ({"x-ratelimit-reset-tokens": "6m0.5s", "x-ratelimit-remaining-tokens": "0"}, 360.5),
        ({"x-ratelimit-reset-tokens": "120ms"}, 0.12),
        ({"x-ratelimit-reset": "30", "x-ratelimit-remaining": "12"}, None),
        ({"anthropic-ratelimit-tokens-reset": "2026-01-01T00:00:09Z"}, 9.0),
        ({"ratelimit-reset": "50", "retry-after": "3"}, 3.0),
    ],
)
def test_retry_after_is_read_in_every_form(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(refused(headers), NOW) == seconds


@given(st.text())
def test_no_retry_after_can_break_the_client(text: str) -> None:
    asked = retry_after(refused(dict.fromkeys(EVERYWHERE, text), f"try again in {text}"), NOW)
    assert asked is None or asked >= 0


async def test_the_client_waits_as_long_as_it_is_asked_to() -> None:
    async with asking(Reply(fault="rate_limit", retry_after="20"), "ok") as asked:
        await asked.ask()
        assert 20 <= asked.clock.slept[0] <= 21


async def test_a_date_to_wait_for_is_understood_on_the_wire() -> None:
    half_a_minute_on = "Thu, 01 Jan 2026 00:00:30 GMT"
    async with asking(Reply(fault="rate_limit", retry_after=half_a_minute_on), "ok") as asked:
        await asked.ask()
        assert 30 <= asked.clock.slept[0] <= 31


@pytest.mark.parametrize(
    "asked_for", ["0", "-5", "nan", "soon", "", "0ms", "Thu, 01 Jan 1970 00:00:00 GMT"]
)
async def test_who_asks_for_no_wait_or_nonsense_gets_our_own_growing_wait(asked_for: str) -> None:
    async with asking(Reply(fault="rate_limit", retry_after=asked_for)) as asked:
        with pytest.raises(ProviderError, match="after 8 attempts"):
            await asked.ask()
        assert sum(asked.clock.slept) > 30


@pytest.mark.parametrize(
    "asked_for", ["1e30", "9" * 300, f"{10**30}ms", "Fri, 31 Dec 9999 23:59:59 GMT"]
)
async def test_an_absurd_wait_stops_at_once(asked_for: str) -> None:
    async with asking(Reply(fault="unavailable", retry_after=asked_for), "never said") as asked:
        with pytest.raises(ProviderError, match="asks to wait for more than a year"):
            await asked.ask()
        assert asked.calls == 1


async def test_milliseconds_are_understood_on_the_wire() -> None:
    async with asking(Reply(fault="unavailable", retry_after="900ms"), "ok") as asked:
        await asked.ask()
        assert 0.9 <= asked.clock.slept[0] < 1.0


async def test_a_wait_that_is_too_long_stops_with_the_time_to_resume() -> None:
    async with asking(Reply(fault="rate_limit", retry_after="7200"), "ok") as asked:
        with pytest.raises(
            ProviderError, match=r"2026-01-01 02:00 UTC.*softhouse resume"
        ) as caught:
            await asked.ask()
        assert caught.value.retryable
        assert asked.clock.slept == []
        assert asked.calls == 1


async def test_waits_double_up_to_the_longest() -> None:
    async with asking(Reply(fault="server_error"), attempts=9) as asked:
        with pytest.raises(ProviderError, match="after 9 attempts"):
            await asked.ask()
        longest = [0.5, 1, 2, 4, 8, 16, 32, 60]
        assert len(asked.clock.slept) == len(longest)
        for slept, bound in zip(asked.clock.slept, longest, strict=True):
            assert bound / 2 <= slept <= bound


def test_the_same_seed_gives_the_same_waits_and_another_seed_others() -> None:
    def waits(seed: int) -> list[float | None]:
        failure, jitter = Failure("unreachable", "no"), random.Random(seed)
        return [RetryPolicy().wait(failure, n, 0, jitter, NOW) for n in range(1, 8)]

    assert waits(1) == waits(1)
    assert waits(1) != waits(2)


@pytest.mark.parametrize(
    ("status", "again"),
    [(408, True), (409, True), (429, True), (500, True), (503, True), (529, True)]
    + [(status, False) for status in (400, 401, 402, 403, 404, 413, 422)],
)
def test_only_statuses_that_can_pass_are_tried_again(status: int, again: bool) -> None:
    assert Failure("status", "", status=status).retryable is again


async def test_each_new_attempt_is_announced_before_the_wait() -> None:
    async with asking(Reply(fault="rate_limit", retry_after="3"), "ok") as asked:
        await asked.ask()
        assert asked.retries[0].startswith("OpenAI: 429: Rate limit reached; trying again in 3.")


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("Please try again in 20s. Visit the site to learn more.", 20.0),
        ("Please try again in 7h12m.", 25_920.0),
        ("Please retry in 34.5 seconds", 34.5),
        ("Rate limited. Retry after 2 minutes", 120.0),
        ("Your quota resets at 2026-01-01T01:00:00Z", 3600.0),
        ("Limit 30000, used 29000. Please wait 1 hour, 30 minutes", 5400.0),
        ("You have 5 more today", None),
    ],
)
def test_a_wait_told_in_words_is_kept(words: str, seconds: float | None) -> None:
    assert retry_after(refused({}, words), NOW) == seconds


def told_in_the_body(**more: object) -> Reply:
    body = json.dumps({"error": {"message": "Rate limit exceeded", **more}}).encode()
    return Reply(fault="raw", status=429, body=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize(
    "body",
    [
        {"details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}]},
        {"metadata": {"headers": {"X-RateLimit-Reset": str((int(NOW.timestamp()) + 34) * 1000)}}},
        {"retry_after": 34},
    ],
)
async def test_a_wait_told_in_the_body_is_kept(body: dict[str, object]) -> None:
    async with asking(told_in_the_body(**body), "ok") as asked:
        await asked.ask()
        assert 34 <= asked.clock.slept[0] <= 35


async def test_a_limit_of_the_day_stops_at_once_and_says_until_when() -> None:
    reset = str((int(NOW.timestamp()) + 7 * 3600) * 1000)
    limited = told_in_the_body(
        message="Rate limit exceeded: free-models-per-day",
        metadata={"headers": {"X-RateLimit-Reset": reset}},
    )
    async with asking(limited) as asked:
        with pytest.raises(ProviderError, match="until 2026-01-01 07:00 UTC"):
            await asked.ask()
        assert asked.calls == 1


async def test_a_limit_of_the_day_without_an_end_stops_at_once_too() -> None:
    async with asking(told_in_the_body(message="Daily limit reached")) as asked:
        with pytest.raises(ProviderError, match="limit of the day") as caught:
            await asked.ask()
        assert caught.value.retryable
        assert asked.calls == 1
