"""A message's details."""

from tests.support.conversations import OpenTalk, talking
from tests.support.journals import Step, answered, asked, phase, started
from tui.screens.message import MessageScreen

TURN = "1.coding/turn-1"


def called(**request: object) -> list[Step]:
    """A message with a long prompt."""
    kind, where, data = asked(TURN, "\n".join(f"rule {n}" for n in range(40)))
    data = {**data, "request": {**data["request"], **request}}
    end = answered(TURN, "```python\nprint(1)\n```", cost=0.0012)
    return [started(), phase("1.coding", "Coding"), (kind, where, data), end]


async def details(talk: OpenTalk) -> None:
    await talk.press("m")
    assert isinstance(talk.app.screen, MessageScreen)


async def test_everything_recorded_of_a_message_is_shown() -> None:
    steps = called(temperature=0.2, seed=7, max_tokens=4096)
    async with talking(steps, (100, 40)) as talk:
        await details(talk)
        for words in (
            "Programmer → Chief",
            TURN,
            "lmstudio:m",
            "temperature 0.2, seed 7, at most 4096 tokens",
            "100 read, 20 written",
            "$0.0012",
            "0:02, 10.0 tokens a second",
            "rule 0",
            "… 28 more lines",
            "```python",
        ):
            assert talk.sees(words), words


async def test_settings_that_were_not_recorded_are_left_out() -> None:
    async with talking(called(), (100, 40)) as talk:
        await details(talk)
        assert not talk.sees("asked with")


async def test_parts_of_the_prompt_are_unfolded_and_copied() -> None:
    async with talking(called(), (100, 40)) as talk:
        await details(talk)
        assert not talk.sees("rule 20")
        await talk.press("enter")
        assert talk.sees("rule 20")
        await talk.press("y")
        assert talk.app.copied.startswith("rule 0\nrule 1")
        await talk.press("G", "y")
        assert talk.app.copied == "```python\nprint(1)\n```"
        await talk.press("Y")
        assert talk.app.copied.startswith("rule 0")
        assert talk.app.copied.endswith("```")


async def test_all_parts_are_folded_and_unfolded() -> None:
    async with talking(called(), (100, 70)) as talk:
        await details(talk)
        await talk.press("Z")
        assert talk.sees("rule 39")
        await talk.press("Z")
        assert not talk.sees("rule 39")


async def test_keys_go_through_the_parts_and_back_to_the_conversation() -> None:
    async with talking(called(), (100, 24)) as talk:
        await details(talk)
        await talk.press("g", "enter", *"jjjjjj")
        assert talk.sees("▌ print(1)")
        await talk.press("k")
        assert talk.sees("▌ rule 39")
        await talk.press(*"kkkkkk", "pagedown", "pageup", "g")
        assert talk.sees("▌ rule 0")
        await talk.press("escape")
        assert not isinstance(talk.app.screen, MessageScreen)


async def test_only_what_was_written_has_details() -> None:
    async with talking([started()]) as talk:
        await talk.press("m")
        assert talk.app.told == ["Only a message that was written has details."]


async def test_names_that_look_like_markup_are_shown_as_they_are() -> None:
    roles = {"programmer": {"title": "[@click=app.quit]P[/]\x1b[31m"}, "cto": {"title": "[/foo]"}}
    company = {"company": {"name": "x"}, "roles": roles, "chains": {}}
    (_, *rest) = called()
    async with talking([started(company=company), *rest], (100, 40)) as talk:
        await details(talk)
        assert talk.sees("[@click=app.quit]P[/] → [/foo]")
