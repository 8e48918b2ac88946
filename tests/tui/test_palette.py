"""The command palette: every action there is, the themes, and the runs by name."""

from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import OptionList

from tests.support.journals import small_run, write_run
from tests.support.shells import ConversationPane, SmallShell, WorkPane
from tui.actions import actions_on
from tui.themes import remembered_theme


def offered(app: SmallShell) -> list[str]:
    """What the open palette shows, a line each."""
    options = app.screen.query_one(OptionList).options
    return [str(option.prompt).splitlines()[0] for option in options]


async def opened(pilot: Pilot[None], words: str = "") -> list[str]:
    """Open the palette, type, and wait until it has looked everywhere."""
    await pilot.press("ctrl+p")
    await pilot.press(*words)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    app = pilot.app
    assert isinstance(app, SmallShell)
    assert isinstance(app.screen, CommandPalette)
    return offered(app)


async def chosen(pilot: Pilot[None], words: str) -> None:
    """Take what the palette finds first."""
    await opened(pilot, words)
    await pilot.press("enter")
    await pilot.pause()


async def test_every_action_of_every_part_is_offered_with_its_keys() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        app.query_one(ConversationPane).focus()
        await pilot.pause()
        lines = await opened(pilot)
    for line in (
        "Copy (Conversation)  y",
        "Its own x (Conversation)  x",
        "Copy (The work)  y",
        "Stop (Window)",
        "Help (Window)  ?  f1",
        "Theme: paper",
    ):
        assert line in lines


async def test_a_key_that_means_something_nearer_is_not_offered_for_what_is_farther() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        app.query_one(ConversationPane).focus()
        await pilot.pause()
        stop = [a for a in actions_on(app.screen) if a.binding.description == "Stop"]
        assert [action.keys for action in stop] == [()]
        app.set_focus(None)
        stop = [a for a in actions_on(app.screen) if a.binding.description == "Stop"]
        assert [action.keys for action in stop] == [("x",)]


async def test_what_cannot_be_done_now_is_not_offered() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        assert not [line for line in await opened(pilot) if line.startswith("Never")]


async def test_an_action_of_another_part_is_done_there_and_the_focus_goes_along() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        app.query_one(ConversationPane).focus()
        await chosen(pilot, "copy the work")
        assert app.query_one(WorkPane).done == ["copied"]
        assert app.query_one(ConversationPane).done == []
        assert app.focused is app.query_one(WorkPane)


async def test_an_action_of_the_window_is_found_by_what_it_does() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        await chosen(pilot, "stop the run")
        assert app.stopped == 1


async def test_a_theme_is_chosen_by_name_and_remembered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SOFTHOUSE_CONFIG", str(tmp_path))
    app = SmallShell()
    async with app.run_test() as pilot:
        await chosen(pilot, "theme: paper")
        assert app.theme == "paper"
        assert remembered_theme() == "paper"


async def test_a_run_is_opened_by_its_name_and_a_demo_too(tmp_path: Path) -> None:
    folder = write_run(tmp_path, small_run())
    app = SmallShell(tmp_path)
    async with app.run_test() as pilot:
        assert not [line for line in await opened(pilot) if "tips" in line]
        await pilot.press("escape")
        await chosen(pilot, "tips abcd")
        await chosen(pilot, "demo waterfall")
        assert [path.name for path in app.opened] == [folder.name, "demo-waterfall"]


async def test_a_folder_that_cannot_be_read_hides_no_other_command(tmp_path: Path) -> None:
    (tmp_path / "products").write_text("no folder")
    app = SmallShell(tmp_path / "products")
    async with app.run_test() as pilot:
        assert "Theme: day" in await opened(pilot, "theme day")


HOSTILE = "[@click=app.quit]x[/] [red] \x1b]52;c;aGk=\x07\u202e"


async def test_the_name_of_a_run_is_never_read_as_markup(tmp_path: Path) -> None:
    name = HOSTILE.replace("/", "")
    write_run(tmp_path, small_run(), name)
    app = SmallShell(tmp_path)
    async with app.run_test() as pilot:
        await opened(pilot, "open click")
        (prompt,) = [
            option.prompt
            for option in app.screen.query_one(OptionList).options
            if "click" in str(option.prompt)
        ]
        assert isinstance(prompt, Content)
        assert "[@click=app.quit]x[]" in prompt.plain
        assert not set(prompt.plain) & set("\x1b\x07\u202e")
        assert not [span for span in prompt.spans if "click" in str(span.style)]
        await pilot.press("enter")
        assert [path.name for path in app.opened] == [name]


async def test_over_a_question_only_its_own_actions_are_offered() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        await pilot.press("q")
        await pilot.pause()
        parts = {action.part for action in actions_on(app.screen)}
        assert parts == {"Asking", "Input"}
