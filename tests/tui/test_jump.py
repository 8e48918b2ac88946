"""ctrl+o: a letter on every part that can be gone to."""

from textual.widgets import Static

from tests.support.shells import ConversationPane, SmallShell, WorkPane
from tui.panes.jump import LETTERS, JumpScreen
from tui.panes.pane import TabStrip


def letters(app: SmallShell) -> dict[str, tuple[int, int]]:
    """The letters that are shown, and where."""
    return {
        str(label.content): (label.region.x, label.region.y)
        for label in app.screen.query(Static)
        if label.has_class("jump-letter")
    }


async def test_every_part_and_tab_has_a_letter_where_it_begins() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        parts = [app.query_one(ConversationPane), app.query_one(WorkPane)]
        strip = app.query_one(TabStrip).region
        places = [(part.region.x, part.region.y) for part in parts]
        places += [(strip.x, strip.y), (strip.x + len(" Output "), strip.y)]
        await pilot.press("ctrl+o")
        await pilot.pause()
        assert letters(app) == dict(zip(LETTERS[:4], places, strict=True))


async def test_pressing_a_letter_goes_there() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        await pilot.press("ctrl+o", LETTERS[1])
        await pilot.pause()
        assert app.focused is app.query_one(WorkPane)


async def test_pressing_the_letter_of_a_tab_opens_it() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        await pilot.press("ctrl+o", LETTERS[3])
        await pilot.pause()
        assert app.tab == "git"


async def test_other_keys_do_nothing_and_escape_stays() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        app.query_one(ConversationPane).focus()
        await pilot.press("ctrl+o", "1")
        assert isinstance(app.screen, JumpScreen)
        for key in ("escape", "ctrl+o"):
            await pilot.press(key)
            assert app.focused is app.query_one(ConversationPane)
            await pilot.press("ctrl+o")


async def test_letters_that_would_stand_in_the_wrong_place_go_away() -> None:
    app = SmallShell()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+o")
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert not isinstance(app.screen, JumpScreen)
