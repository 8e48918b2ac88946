"""The run screen: its panes, its keys, and how it moves through a run."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from tests.support.journals import asked, phase, started, write_run
from tests.support.waiting import PATIENCE
from tui.app import Window
from tui.panes.messages import OpenCode, OpenCommit, OpenFile, OpenMessage, OpenStep, SeekTo
from tui.panes.work.pane import WorkPane
from tui.run_state.timeline import is_a
from tui.screens.home import HomeScreen
from tui.screens.run import LONG, RunScreen
from tui.screens.run_keys import PANES
from warehouse.runs.folders import DEMOS

WATERFALL = DEMOS / "demo-waterfall"
Opened = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Opens the window on a recorded run."""

    @asynccontextmanager
    async def open_(
        run: Path = WATERFALL, size: tuple[int, int] = (120, 40), **options: float
    ) -> AsyncIterator[Pilot[None]]:
        window = Window(tmp_path, run, theme="night", **options)  # type: ignore[arg-type]
        async with window.run_test(size=size) as pilot:
            await pilot.pause()
            yield pilot

    return open_


def run_screen(pilot: Pilot[None]) -> RunScreen:
    screen = pilot.app.screen
    assert isinstance(screen, RunScreen)
    return screen


def shown(pilot: Pilot[None]) -> set[str]:
    """The panes that can be seen."""
    screen = run_screen(pilot)
    return {name for name in PANES if screen.query_one(f"#{name}").region.area > 0}


def focused_pane(pilot: Pilot[None]) -> str | None:
    focused = pilot.app.focused
    assert isinstance(focused, Widget)
    return next((each.id for each in focused.ancestors if each.id in PANES), None)


async def test_a_run_opens_at_its_end_with_everything_in_view(opened: Opened) -> None:
    async with opened() as pilot:
        assert shown(pilot) == set(PANES)
        assert run_screen(pilot).state.now.summary.status in ("verified", "unverified")
        assert focused_pane(pilot) == "talk"


async def test_a_small_terminal_shows_one_pane_and_the_names_of_the_others(opened: Opened) -> None:
    async with opened(size=(80, 24)) as pilot:
        assert shown(pilot) == {"talk"}
        assert focused_pane(pilot) == "talk"
        for key, name in zip("1234", PANES, strict=True):
            await pilot.press(key)
            await pilot.pause()
            assert shown(pilot) == {name}
            assert focused_pane(pilot) == name


async def test_a_click_on_a_name_goes_to_that_pane(opened: Opened) -> None:
    async with opened(size=(80, 24)) as pilot:
        await pilot.click("#panes", offset=(12, 0))
        await pilot.press("1")
        await pilot.click("#panes", offset=(30, 0))
        await pilot.pause()
        assert shown(pilot) == {"work"}


async def test_the_window_makes_room_and_takes_it_away_as_the_terminal_changes(
    opened: Opened,
) -> None:
    async with opened(size=(80, 24)) as pilot:
        await pilot.resize_terminal(200, 60)
        await pilot.pause()
        assert shown(pilot) == set(PANES)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert shown(pilot) == {"talk"}


async def test_a_key_typed_right_after_going_to_a_pane_reaches_that_pane(opened: Opened) -> None:
    async with opened() as pilot:
        pilot.app.simulate_key("3")
        pilot.app.simulate_key("l")
        await pilot.pause()
        assert run_screen(pilot).query_one("#work", WorkPane).current == "code"


async def test_tab_goes_round_the_panes(opened: Opened) -> None:
    async with opened() as pilot:
        visited = []
        for _ in PANES:
            await pilot.press("tab")
            visited.append(focused_pane(pilot))
        assert visited == ["work", "log", "chain", "talk"]
        await pilot.press("shift+tab")
        assert focused_pane(pilot) == "chain"


async def test_zoom_gives_a_pane_the_window_and_escape_takes_it_back(opened: Opened) -> None:
    async with opened() as pilot:
        await pilot.press("4", "z")
        await pilot.pause()
        assert shown(pilot) == {"log"}
        await pilot.press("1")
        await pilot.pause()
        assert shown(pilot) == {"chain"}, "going elsewhere takes the zoom along"
        await pilot.press("escape")
        await pilot.pause()
        assert shown(pilot) == set(PANES)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HomeScreen)


KEYS = {
    ("full_stop", "comma"): "event",
    ("right_square_bracket", "left_square_bracket"): "message",
    ("right_curly_bracket", "left_curly_bracket"): "phase",
    ("e", "E"): "error",
    ("t", "T"): "test",
    ("c", "C"): "commit",
}


@pytest.mark.parametrize("keys", KEYS, ids=KEYS.values())
async def test_keys_go_to_the_next_of_a_kind_and_back(
    opened: Opened, keys: tuple[str, str]
) -> None:
    async with opened() as pilot:
        playback = run_screen(pilot).playback
        events = playback.events
        wanted = [n for n, event in enumerate(events, 1) if is_a(KEYS[keys], event)]  # type: ignore[arg-type]
        await pilot.press("0")
        found = [playback.position] if playback.position in wanted else []
        for _ in range(3):
            await pilot.press(keys[0])
            found.append(playback.position)
        assert found[:3] == wanted[: len(found[:3])] or KEYS[keys] == "error"
        before = playback.position
        await pilot.press(keys[1])
        assert playback.position < before
        assert run_screen(pilot).state.events == events[: playback.position]


async def test_where_there_is_none_the_person_is_told_and_nothing_moves(opened: Opened) -> None:
    async with opened() as pilot:
        position = run_screen(pilot).playback.position
        await pilot.press("right_curly_bracket")
        await pilot.pause()
        assert run_screen(pilot).playback.position == position
        assert [toast.message for toast in pilot.app._notifications] == ["No next phase."]


async def test_space_plays_from_the_beginning_and_holds(opened: Opened) -> None:
    async with opened() as pilot:
        playback = run_screen(pilot).playback
        await pilot.press("space")
        assert playback.playing
        assert playback.position < len(playback.events)
        await pilot.press("plus", "plus", "minus")
        assert playback.speed == 2.0
        await pilot.press("space")
        assert not playback.playing
        await pilot.press("L")
        assert playback.following
        assert playback.at_end


async def test_a_replay_begins_where_it_was_told_to(opened: Opened) -> None:
    async with opened(replay_at=1.0, start=100) as pilot:
        playback = run_screen(pilot).playback
        assert playback.playing
        assert 100 <= playback.position < 200


async def test_what_a_pane_asks_for_another_shows(opened: Opened) -> None:
    async with opened() as pilot:
        screen = run_screen(pilot)
        commit = screen.state.work.commits[0]
        said = next(event for event in screen.state.events if is_a("message", event))
        for message, pane in (
            (OpenCommit(commit.sha), "work"),
            (OpenMessage(said.seq), "talk"),
            (OpenFile(commit.files[0].path, commit.sha), "work"),
            (OpenStep(said.where), "talk"),
            (OpenCode("a piece", "print(1)\n", "python"), "work"),
        ):
            screen.post_message(message)
            await pilot.pause()
            assert focused_pane(pilot) == pane
        screen.post_message(SeekTo(10))
        await pilot.pause()
        assert len(screen.state.events) == 10


@pytest.mark.parametrize("key", ["p", "s", "x", "b", "i", "a", "r", "F"])
async def test_a_demo_can_be_looked_at_and_nothing_else(opened: Opened, key: str) -> None:
    async with opened() as pilot:
        await pilot.press(key)
        await pilot.pause()
        [toast] = pilot.app._notifications
        assert toast.message.startswith("This run came with softhouse")


async def test_a_journal_that_cannot_be_read_is_said_and_the_browser_stays(
    tmp_path: Path, opened: Opened
) -> None:
    folder = tmp_path / "20260102-030405-broken-abcd"
    folder.mkdir()
    (folder / "journal.jsonl").write_text("[not] a journal\n")
    async with opened(folder) as pilot:
        assert isinstance(pilot.app.screen, HomeScreen)
        [toast] = pilot.app._notifications
        assert "is not an event" in toast.message


@pytest.fixture(params=["80x24", "120x40", "200x60"])
def size(request: pytest.FixtureRequest) -> Iterator[tuple[int, int]]:
    width, _, height = request.param.partition("x")
    yield int(width), int(height)


async def test_every_pane_can_be_walked_through_at_any_size(
    opened: Opened, size: tuple[int, int]
) -> None:
    async with opened(size=size) as pilot:
        for pane in "1234":
            await pilot.press(pane, *"jjkkgG", "pagedown", "pageup", "right", "left", "enter")
            if not isinstance(pilot.app.screen, RunScreen):
                await pilot.press("escape")
        assert isinstance(pilot.app.screen, RunScreen)


async def test_nothing_of_a_run_is_kept_once_it_was_left(opened: Opened) -> None:
    async with opened() as pilot:
        state = weakref.ref(run_screen(pilot).state)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HomeScreen)
        async with asyncio.timeout(PATIENCE):
            while state() is not None:
                await pilot.pause()
                gc.collect()


async def test_in_a_run_that_was_killed_nobody_works_and_nobody_speaks(
    tmp_path: Path, opened: Opened
) -> None:
    killed = [started(), phase("1.coding", "Coding"), asked("1.coding/turn-1", "Write it.")]
    async with opened(write_run(tmp_path / "runs", killed)) as pilot:
        state = run_screen(pilot).state
        coding = state.chain.find("1.coding")
        assert coding is not None
        assert state.chain.condition(coding) == "stopped"
        assert state.staff.speaking == {}


async def test_a_long_run_that_was_left_is_forgotten(tmp_path: Path, opened: Opened) -> None:
    events = [started(), *(("note", "1.a", {"text": "so"}) for _ in range(LONG))]
    folder = write_run(tmp_path / "runs", events)
    gc.disable()
    try:
        async with opened(folder) as pilot:
            state = weakref.ref(run_screen(pilot).state)
            await pilot.press("escape")
            async with asyncio.timeout(PATIENCE):
                while state() is not None:
                    await pilot.pause(0.05)
    finally:
        gc.enable()
