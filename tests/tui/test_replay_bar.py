"""The bar at the bottom: what happened when, where the window stands, and a mouse that goes there."""

from pathlib import Path

from tests.support.journals import started, told
from tests.support.window_parts import PartApp, state_after
from tui.panes.messages import SeekTo
from tui.panes.replay_bar import ReplayBar
from tui.run_state.playback import Playback
from warehouse.journal.journal import FILE_NAME, Journal, read_events
from warehouse.journal.tail import JournalTail
from warehouse.runs.folders import DEMOS

DEMO = DEMOS / "demo-waterfall" / FILE_NAME
STATE = state_after(read_events(DEMO)[:1])
"""The bar looks only at its playback."""


def bar_of(path: Path = DEMO) -> tuple[PartApp, ReplayBar, Playback]:
    playback = Playback(JournalTail(path))
    bar = ReplayBar(playback)
    return PartApp(bar), bar, playback


async def test_a_finished_run_shows_its_marks_and_that_this_is_its_end() -> None:
    app, bar, _ = bar_of()
    async with app.run_test(size=(120, 3)) as pilot:
        bar.show(STATE)
        await pilot.pause()
        (row,) = app.shown[:1]
        assert set("◆✗!│━●") < set(row)
        for words in ("■ end", "3:59 of 3:59", "event 668 of 668"):
            assert words in row


async def test_what_is_still_to_come_looks_otherwise_than_what_is_past() -> None:
    app, bar, playback = bar_of()
    async with app.run_test(size=(120, 3)) as pilot:
        playback.seek(300)
        bar.show(STATE)
        await pilot.pause()
        line = app.shown[0].split("  ")[0]
        before, after = line.split("●")
        assert "─" not in before
        assert "━" not in after
        assert "‖ still 1×" in app.shown[0]
        assert "2:07 of 3:59" in app.shown[0]


async def test_a_replay_shows_its_speed_and_a_run_at_work_that_it_is_live(tmp_path: Path) -> None:
    app, bar, playback = bar_of()
    async with app.run_test(size=(120, 3)) as pilot:
        playback.play()
        playback.faster()
        bar.show(STATE)
        await pilot.pause()
        assert "▶ 2×" in app.shown[0]
    journal = Journal.create(tmp_path / FILE_NAME)
    journal.append(*told(started()))
    app, bar, _ = bar_of(journal.path)
    async with app.run_test(size=(120, 3)) as pilot:
        bar.show(STATE)
        await pilot.pause()
        assert "● live" in app.shown[0]
    journal.close()


async def test_the_bar_keeps_its_length_wherever_it_stands() -> None:
    app, bar, playback = bar_of()
    async with app.run_test(size=(80, 3)) as pilot:
        lengths = set()
        for position in (1, 100, 400, 668):
            playback.seek(position)
            bar.show(STATE)
            await pilot.pause()
            lengths.add(len(app.shown[0].split("  ")[0]))
        assert lengths == {bar._bar_width}


async def test_a_click_goes_there() -> None:
    app, bar, _ = bar_of()
    async with app.run_test(size=(120, 3)) as pilot:
        bar.show(STATE)
        await pilot.pause()
        await pilot.click(bar, offset=(0, 0))
        await pilot.click(bar, offset=(bar._bar_width // 2, 0))
        first, middle = app.asked
        assert isinstance(first, SeekTo)
        assert isinstance(middle, SeekTo)
        assert first.position == 1
        assert 0.45 < bar._timeline.place(middle.position) < 0.55


async def test_dragging_goes_where_the_mouse_is_let_go() -> None:
    app, bar, playback = bar_of()
    async with app.run_test(size=(120, 3)) as pilot:
        bar.show(STATE)
        await pilot.pause()
        await pilot.mouse_down(bar, offset=(10, 0))
        await pilot.hover(bar, offset=(20, 0))
        await pilot.pause()
        under = bar._timeline.position(20 / (bar._bar_width - 1))
        assert app.shown[0].index("●") == bar._cell(under, bar._bar_width), (
            "before the run is there"
        )
        await pilot.mouse_up(bar, offset=(40, 0))
        last = app.asked[-1]
        assert isinstance(last, SeekTo)
        assert last.position == bar._timeline.position(40 / (bar._bar_width - 1))
        playback.seek(last.position)
        bar.show(STATE)
        await pilot.pause()
        assert app.shown[0].index("●") == bar._cell(last.position, bar._bar_width)
        count = len(app.asked)
        await pilot.hover(bar, offset=(5, 0))
        assert len(app.asked) == count, "a mouse that only passes goes nowhere"


async def test_words_beside_the_bar_are_no_place_to_go() -> None:
    app, bar, _ = bar_of()
    async with app.run_test(size=(120, 3)) as pilot:
        bar.show(STATE)
        await pilot.click(bar, offset=(115, 0))
        assert app.asked == []


async def test_there_is_a_bar_where_there_is_hardly_room_or_nothing_to_show(tmp_path: Path) -> None:
    app, bar, _ = bar_of()
    async with app.run_test(size=(20, 3)) as pilot:
        bar.show(STATE)
        await pilot.pause()
        assert app.shown[0].strip().startswith("■ end")
    empty = tmp_path / FILE_NAME
    empty.write_bytes(b"")
    app, bar, _ = bar_of(empty)
    async with app.run_test(size=(120, 3)) as pilot:
        bar.show(STATE)
        await pilot.click(bar, offset=(10, 0))
        assert "event 0 of 0" in app.shown[0]
        assert app.asked == []
