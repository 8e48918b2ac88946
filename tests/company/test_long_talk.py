"""A talk of many calls stays within the model's window, and its beginning stays the same for long."""

from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from company.engine.long_talk import KEPT, LEFT_OUT, WHOLE, within
from company.models.tokens import estimate_prompt, most
from tests.support.hands import DONE, call, company_with_hands
from tests.support.houses import work
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider

CALLS = 60
WINDOW = 8_192


def size(messages: list[dict[str, Any]]) -> int:
    return most(estimate_prompt(messages))


def talk(lengths: list[int]) -> list[dict[str, Any]]:
    prompt = [{"role": "system", "content": "s"}, {"role": "user", "content": "p"}]
    roles = ("assistant", "user")
    return prompt + [
        {"role": roles[at % 2], "content": "x" * length} for at, length in enumerate(lengths)
    ]


@given(st.lists(st.integers(0, 9_000), max_size=40), st.integers(10, 8_000))
def test_only_what_is_old_is_shortened_or_left_out_the_oldest_first(
    lengths: list[int], room: int
) -> None:
    before = talk(lengths)
    view = list(before)

    within(view, 2, room)

    assert view[:2] == before[:2]
    assert view[-WHOLE:] == before[-WHOLE:] or len(before) < WHOLE + 4 or LEFT_OUT in str(view[3])
    assert view == before or size(before) > room
    gone = len(before) - len(view)
    assert gone % 2 == 0
    assert (gone > 0) == (len(view) > 3 and LEFT_OUT in view[3]["content"])
    for old, new in zip(before[2 + gone :], view[2:], strict=True):
        assert new["role"] == old["role"]
        content = new["content"].removeprefix(f"{LEFT_OUT}\n")
        assert content[:KEPT] == old["content"][:KEPT]
    last = talk(lengths[-WHOLE - 1 :])
    assert size(view) <= max(room, size(last) + 50)


def test_a_talk_of_hundreds_of_calls_stays_within_its_room_and_is_told_what_is_gone() -> None:
    """Even shortened, so many exchanges do not fit."""
    view, room, anew = talk([]), 24_000, 0
    for number in range(400):
        before = list(view)
        view += talk([300 + number, 2_000])[2:]
        within(view, 2, room)
        assert size(view) <= room
        anew += view[: len(before)] != before
    assert view[3]["content"].startswith(LEFT_OUT)
    assert 0 < anew <= 400 / 4


async def test_each_request_of_a_long_talk_fits_and_most_begin_like_the_one_before(
    tmp_path: Path,
) -> None:
    company_with_hands(tmp_path / "cards", tools=["list", "read", "edit"], calls=CALLS)
    long = file_block("main.py", "\n".join(f"print({n:05})" for n in range(800)))
    reads = [call("read", path="main.py", first=1 + n, last=400 + n) for n in range(CALLS - 1)]
    replies = [long + call("list"), *reads, DONE]
    async with ScriptedProvider(replies) as provider:
        run = await work(tmp_path, provider, sandbox="none")

    requests = [each.body["messages"] for each in provider.calls]
    assert len(requests) == CALLS + 1
    bound = WINDOW * 4
    assert all(size(each) + provider.calls[0].body["max_tokens"] <= bound for each in requests)
    anew = sum(later[: len(first)] != first for first, later in pairwise(requests))
    assert 0 < anew <= CALLS / 4
    assert list(run.product.files()) == ["main.py"]
