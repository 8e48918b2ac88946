"""A model that goes round in circles is stopped; one that writes a table is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company.models.streamed_text import RepetitionWatch
from tests.support.asking import asking
from tests.support.scripted_provider import Reply

LINE = '    assert tip("100", 15) == "an error"\n'


def repeats(text: str) -> bool:
    watch = RepetitionWatch()
    return any(watch.take(piece) for piece in text.splitlines(keepends=True))


@pytest.mark.parametrize("period", [1, 2, 3, 8, 9, 31, 60])
def test_the_same_lines_again_and_again_are_noticed(period: int) -> None:
    block = "".join(f"line {number}\n" for number in range(period))
    assert repeats("a beginning\n" + block * 40)


@pytest.mark.parametrize(
    "text",
    [
        "[0, 0, 0, 0, 0, 0, 0, 0, 0],\n" * 9,
        "def one():\n    return 1\n\n\n" * 4,
        "".join(f"    step_{number}()\n" for number in range(31)) * 2,
        "\n" * 200,
        "".join(f"line {number}\n" for number in range(500)),
    ],
)
def test_ordinary_repetition_is_left_alone(text: str) -> None:
    assert not repeats(text)


def test_two_functions_by_turns_are_noticed_at_their_third_appearance() -> None:
    """So wrote the embedded model, until its bound of 4,096 tokens, for four minutes."""
    block = "".join(f"    line {number}\n" for number in range(31))
    watch = RepetitionWatch()
    taken = next(
        number for number, line in enumerate((block * 20).splitlines(True), 1) if watch.take(line)
    )
    assert taken == 3 * 31
    assert watch.surplus == 2 * len(block)


@given(cuts=st.lists(st.integers(1, 30), min_size=1, max_size=40))
def test_it_does_not_matter_where_the_stream_is_cut(cuts: list[int]) -> None:
    text, watch, noticed = LINE * 30, RepetitionWatch(), False
    while text:
        for cut in cuts:
            noticed = watch.take(text[:cut]) or noticed
            text = text[cut:]
    assert noticed


async def test_an_answer_in_circles_is_cut_off_and_says_so() -> None:
    async with asking(Reply(text=LINE * 5_000)) as model:
        completion = await model.ask()
    assert completion.finish_reason == "repetition"
    assert completion.text.startswith(LINE)
    assert len(completion.text) < len(LINE) * 3
    assert not completion.usage.reported
