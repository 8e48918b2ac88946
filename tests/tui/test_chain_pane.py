"""The chain pane: the steps and the roles, in a small window."""

from pathlib import Path

import pytest

from tests.support.hostile import write_hostile_runs
from tests.support.journals import Step, answered, asked, ended, phase, started
from tests.support.window_parts import PartApp, StillClock, at_seconds, state_after
from tui.panes.chain_pane import ChainPane, StaffView
from tui.panes.chain_steps import ChainTreeView
from tui.panes.messages import OpenStep
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.runs.folders import DEMOS

WATERFALL = read_events(DEMOS / "demo-waterfall" / FILE_NAME)
IN_A_ROUND = next(
    event.seq + 1
    for event in WATERFALL
    if (event.kind, event.where) == ("step.started", "10.testing/round-2/fix_bugs")
)


def pane_of(app: PartApp) -> ChainPane:
    return app.query_one(ChainPane)


def view_of(app: PartApp) -> ChainTreeView:
    return app.query_one(ChainTreeView)


def journals_in(products: Path) -> list[Path]:
    return sorted(products.glob(f"*/{FILE_NAME}"))


def row_with(app: PartApp, words: str) -> str:
    """The only row of the screen with these words."""
    (row,) = [row for row in app.shown if words in row]
    return row


async def test_old_rounds_are_folded_and_the_current_step_is_under_the_cursor() -> None:
    app = PartApp(ChainPane())
    async with app.run_test(size=(40, 40)) as pilot:
        pane_of(app).show(state_after(WATERFALL[:IN_A_ROUND]))
        await pilot.pause()
        assert "✓ Review 2 rounds ▸" in row_with(app, "Review 2")
        assert "◐ Testing 2 of 3 ▾" in row_with(app, "Testing")
        assert "✓ Round 1 ▸" in row_with(app, "Round 1")
        assert "◐ Round 2 ▾" in row_with(app, "Round 2")
        assert row_with(app, "Coding").split() == ["✓", "Coding", "0:15"]
        step = view_of(app).step
        assert step is not None
        assert step.where == "10.testing/round-2/fix_bugs"
        assert "10.testing/round-2/fix_bugs" in "\n".join(app.shown)


@pytest.mark.parametrize("height", [8, 14, 24])
async def test_the_current_step_stays_in_view_as_the_run_goes_on(height: int) -> None:
    app = PartApp(ChainPane())
    async with app.run_test(size=(30, height)) as pilot:
        for position in range(1, len(WATERFALL), 45):
            state = state_after(WATERFALL[:position])
            pane_of(app).show(state)
            await pilot.pause()
            view, step = view_of(app), view_of(app).step
            if state.chain.current is not None:
                assert step is not None
                assert state.chain.current.where.startswith(step.where)
            top = view.scroll_offset.y
            assert top <= view.cursor < top + view.scrollable_content_region.height


async def test_a_cursor_that_was_moved_away_stays_until_it_comes_back() -> None:
    app = PartApp(ChainPane())
    async with app.run_test(size=(40, 40)) as pilot:
        state = state_after(WATERFALL[:IN_A_ROUND])
        pane_of(app).show(state)
        view_of(app).focus()
        await pilot.press("k", "k")
        moved_to = view_of(app).step
        state.add(WATERFALL[IN_A_ROUND : IN_A_ROUND + 40])
        pane_of(app).show(state)
        await pilot.pause()
        assert view_of(app).step is moved_to
        await pilot.press("g")
        while view_of(app).step is not state.chain.current:
            await pilot.press("down")
        state.add(WATERFALL[IN_A_ROUND + 40 :])
        pane_of(app).show(state)
        await pilot.pause()
        assert view_of(app).step is state.chain.current


async def test_enter_asks_for_the_conversation_of_a_step() -> None:
    app = PartApp(ChainPane())
    async with app.run_test(size=(40, 40)) as pilot:
        pane_of(app).show(state_after(WATERFALL))
        view_of(app).focus()
        await pilot.press("g", "j", "enter")
        assert app.asked == [OpenStep("2.language_choice")]


async def test_steps_are_folded_and_unfolded_with_arrows_and_letters() -> None:
    app = PartApp(ChainPane())
    async with app.run_test(size=(40, 40)) as pilot:
        pane_of(app).show(state_after(WATERFALL))
        view_of(app).focus()
        await pilot.press("g", *"jjjjj")
        await pilot.press("right")
        assert "✓ Round 2" in "\n".join(app.shown)
        await pilot.press("l", "l", "l")
        assert "Review modification" in "\n".join(app.shown)
        step = view_of(app).step
        assert step is not None
        assert step.where == "6.review/round-1/review_comment", "right goes inside what is open"
        await pilot.press("left", "h")
        assert "Review modification" not in "\n".join(app.shown)
        await pilot.press("h", "h")
        assert "Round" not in "\n".join(app.shown)
        step = view_of(app).step
        assert step is not None
        assert step.where == "6.review"


async def test_a_window_that_goes_back_shows_the_chain_as_it_was() -> None:
    app = PartApp(ChainPane())
    async with app.run_test(size=(40, 40)) as pilot:
        pane_of(app).show(state_after(WATERFALL))
        await pilot.pause()
        assert "✓ Manual" in row_with(app, "Manual")
        pane_of(app).show(state_after(WATERFALL[:IN_A_ROUND]))
        await pilot.pause()
        assert "○ Manual" in row_with(app, "Manual")
        assert row_with(app, "Programmer").split()[1] == "8,062"


async def test_the_time_of_a_step_goes_on_and_its_mark_turns() -> None:
    run, clock = StillClock(), StillClock()
    steps = [(0.0, started()), (1.0, phase("1.coding", "Coding"))]
    state = state_after(at_seconds(steps), run)
    app = PartApp(ChainPane())
    async with app.run_test(size=(30, 20)) as pilot:
        view_of(app)._clock = clock
        pane_of(app).show(state)
        await pilot.pause()
        assert row_with(app, "Coding").split() == ["◐", "Coding", "0:00"]
        run.now, clock.now = 7.0, 7.0
        pane_of(app).show(state)
        await pilot.pause()
        assert row_with(app, "Coding").split() == ["◓", "Coding", "0:07"]
        run.now, clock.now = 7.1, 7.1
        pane_of(app).show(state)
        await pilot.pause()
        assert row_with(app, "Coding").split() == ["◓", "Coding", "0:07"], "twice a second at most"


async def test_with_reduced_motion_nothing_turns() -> None:
    run, clock = StillClock(), StillClock()
    steps = [(0.0, started()), (1.0, phase("1.coding", "Coding"))]
    state = state_after(at_seconds(steps), run)
    app = PartApp(ChainPane())
    async with app.run_test(size=(30, 20)) as pilot:
        app.animation_level = "none"
        view_of(app)._clock = clock
        pane_of(app).show(state)
        run.now, clock.now = 7.0, 7.0
        pane_of(app).show(state)
        await pilot.pause()
        assert row_with(app, "Coding").split() == ["◐", "Coding", "0:07"]


async def test_nothing_is_drawn_again_while_nothing_happens() -> None:
    app = PartApp(ChainPane())
    async with app.run_test(size=(40, 40)) as pilot:
        state = state_after(WATERFALL)
        pane_of(app).show(state)
        await pilot.pause()
        strips = view_of(app)._strips
        filled = len(strips)
        for _ in range(3):
            pane_of(app).show(state)
            await pilot.pause()
        assert len(strips) == filled > 0


async def test_who_speaks_is_marked_and_to_whom() -> None:
    app = PartApp(ChainPane())
    async with app.run_test(size=(50, 30)) as pilot:
        steps = [started(human_roles=["cto"]), asked("1.coding/turn-1", "Write it.")]
        state = state_after(at_seconds([(0.0, step) for step in steps]))
        pane_of(app).show(state)
        await pilot.pause()
        assert "● Programmer → Chief" in row_with(app, "Programmer")
        assert "Chief (a person)" in "\n".join(app.shown)
        said = answered("1.coding/turn-1", "one two three")
        state.add(at_seconds([(0.0, step) for step in [*steps, said]])[2:])
        pane_of(app).show(state)
        await pilot.pause()
        assert row_with(app, "Programmer").split()[:2] == ["Programmer", "120"]
        assert "████" in row_with(app, "Programmer"), "all words were its own"


@pytest.mark.parametrize("width", [24, 30, 60, 120])
@pytest.mark.parametrize("height", [5, 12, 40])
async def test_it_fits_where_there_is_little_room_and_where_there_is_much(
    width: int, height: int
) -> None:
    app = PartApp(ChainPane())
    async with app.run_test(size=(width, height)) as pilot:
        pane_of(app).show(state_after(WATERFALL[:IN_A_ROUND]))
        await pilot.pause()
        assert any("Bug fixing" in row for row in app.shown)
        assert app.query_one(StaffView).display == (height >= 12)
        if height == 40:
            assert any("Programmer" in row for row in app.shown)
        if width == 120 and height == 40:
            assert "5 calls" in row_with(app, "Programmer")
            assert "local:qwen2.5-coder-1.5b" in row_with(app, "Programmer")


async def test_roles_for_which_there_is_no_room_are_counted() -> None:
    roles = {f"role_{n}": {"title": f"Role {n}"} for n in range(30)}
    company = {"company": {"name": "big"}, "roles": roles, "phases": {}, "chains": {}}
    app = PartApp(ChainPane())
    async with app.run_test(size=(40, 30)) as pilot:
        pane_of(app).show(state_after(at_seconds([(0.0, started(company=company))])))
        await pilot.pause()
        assert "more roles" in app.shown[-1]


async def test_a_hostile_run_is_shown_and_nothing_in_it_is_obeyed(tmp_path: Path) -> None:
    write_hostile_runs(tmp_path)
    for journal in journals_in(tmp_path):
        app = PartApp(ChainPane())
        async with app.run_test(size=(60, 40)) as pilot:
            pane_of(app).show(state_after(read_events(journal)))
            view_of(app).focus()
            await pilot.press("g", "l", "j", "l", "enter", "G")
            text = "\n".join(app.shown)
            assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(text)
            assert "Title" in text


async def test_a_chain_of_a_hundred_thousand_steps_stays_quick_to_walk_through() -> None:
    many: list[Step] = []
    for number in range(50_000):
        many += [phase(f"{number}.work", f"Work {number}"), ended(f"{number}.work")]
    app = PartApp(ChainPane())
    async with app.run_test(size=(40, 30)) as pilot:
        state = state_after(at_seconds([(0.0, step) for step in [started(), *many]]))
        pane_of(app).show(state)
        view_of(app).focus()
        await pilot.press("G", "pageup", "g", "j", "pagedown", "G")
        assert "more steps" in "\n".join(app.shown)
        assert len(view_of(app)._strips) < 200, "only what was seen was made"
