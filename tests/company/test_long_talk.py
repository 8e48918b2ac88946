"""A talk of many calls stays within the model's window, and its beginning stays the same for long."""

from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from company.engine.long_talk import KEPT, WHOLE, within
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
def test_only_what_is_old_and_long_is_shortened(lengths: list[int], room: int) -> None:
    before = talk(lengths)
    view = list(before)

    within(view, 2, room)

    assert len(view) == len(before)
    assert view[:2] == before[:2]
    assert view[-WHOLE:] == before[-WHOLE:] or len(before) < WHOLE + 2
    assert view == before or size(before) > room
    for old, new in zip(before, view, strict=True):
        assert new["role"] == old["role"]
        assert new["content"][:KEPT] == old["content"][:KEPT]
    assert size(view) <= max(room, size(talk([2 * KEPT + 50] * (len(lengths)))) + 4 * 9_000)


async def test_each_request_of_a_long_talk_fits_and_most_begin_like_the_one_before(
    tmp_path: Path,
) -> None:
    company_with_hands(tmp_path / "cards", tools=["list", "read", "edit"], calls=CALLS)
    long = file_block("main.py", "\n".join(f"print({n:05})" for n in range(800)))
    read = call("read", path="main.py", first=1, last=400)
    replies = [long + call("list"), *[read] * (CALLS - 1), DONE]
    async with ScriptedProvider(replies) as provider:
        run = await work(tmp_path, provider, sandbox="none")

    requests = [each.body["messages"] for each in provider.calls]
    assert len(requests) == CALLS + 1
    bound = WINDOW * 4
    assert all(size(each) + provider.calls[0].body["max_tokens"] <= bound for each in requests)
    anew = sum(later[: len(first)] != first for first, later in pairwise(requests))
    assert 0 < anew <= CALLS / 4
    assert list(run.product.files()) == ["main.py"]
