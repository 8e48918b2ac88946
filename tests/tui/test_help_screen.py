"""`?`: all keys that work now, part by part, made from the bindings themselves."""

from textual.pilot import Pilot

from tests.support.shells import ConversationPane, SmallShell
from tui.screens.help import HelpScreen, KeyList
from tui.text.plain import PlainStatic


def shown(pilot: Pilot[None]) -> list[str]:
    """The lines of the help."""
    return str(pilot.app.screen.query_one(PlainStatic).content).splitlines()


async def test_keys_are_told_by_part_the_nearest_first() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        app.query_one(ConversationPane).focus()
        await pilot.press("question_mark")
        lines = shown(pilot)
    assert lines[0] == "Conversation"
    assert lines[1].split() == ["y", "Copy", "Copy", "[the]", "message"]
    assert "Window" in lines
    assert lines.index("Window") < lines.index("The work")
    assert [line for line in lines if line.split()[:2] == ["?", "f1"]]


async def test_what_has_no_key_here_or_cannot_be_done_is_not_told() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        app.query_one(ConversationPane).focus()
        await pilot.press("question_mark")
        lines = shown(pilot)
    assert not [line for line in lines if "Stop the run" in line or "Never" in line]


async def test_a_key_that_does_nothing_nearer_is_told_for_what_it_does_farther() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        app.query_one(ConversationPane).focus()
        await pilot.press("question_mark")
        assert [line for line in shown(pilot) if line.split() == ["q", "Ask"]]


async def test_a_search_leaves_what_holds_every_word() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        await pilot.press("question_mark", "slash", *"WORK copy")
        lines = [line for line in shown(pilot) if line]
        assert lines[0] == "The work"
        assert len(lines) == 2
        await pilot.press(*"zzz")
        assert shown(pilot) == ["No key does that."]


async def test_escape_ends_the_search_first_and_then_the_help() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        await pilot.press("question_mark", "slash", *"copy", "escape")
        assert isinstance(app.screen, HelpScreen)
        assert len(shown(pilot)) > 5
        await pilot.press("escape")
        assert not isinstance(app.screen, HelpScreen)


async def test_a_long_list_is_moved_through_with_the_keys_of_lists() -> None:
    app = SmallShell(calm=True)
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.press("question_mark", "j", "j")
        keys = app.screen.query_one(KeyList)
        await pilot.pause()
        assert keys.scroll_y == 2
        await pilot.press("G")
        await pilot.pause()
        assert keys.scroll_y == keys.max_scroll_y > 2
        await pilot.press("g", "question_mark")
        assert not isinstance(app.screen, HelpScreen)


async def test_over_a_question_one_can_still_leave_the_help() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        await pilot.press("q", "f1")
        await pilot.pause()
        assert app.screen.query("Input")
