"""The pane of what a run leaves behind: output, commits, events, costs, limits."""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.journals import (
    Step,
    answered,
    asked,
    check_data,
    committed,
    events,
    phase,
    small_run,
    started,
)
from tests.support.panes import OpenPane, obeyed, opened, state_of
from tests.support.products import commits_of, made_run
from tui.panes.log.pane import LogPane
from tui.panes.messages import OpenCommit, SeekTo
from tui.panes.pane import TabStrip
from tui.run_state.run_state import RunState
from warehouse.runs.folders import DEMOS


def _execution(*checks: dict[str, Any], summary: str = "") -> Step:
    return "execution", "2.run_tests", {"verified": True, "summary": summary, "checks": [*checks]}


def _state(*steps: Step) -> RunState:
    return state_of(events([started(), *steps]))


def _row(shown: OpenPane[LogPane], words: str) -> str:
    return next((line for line in shown.screen.splitlines() if words in line), "")


async def _tab(shown: OpenPane[LogPane], name: str) -> None:
    while shown.pane.current != name:
        await shown.press("l")


# Output.


async def test_each_check_has_a_head_with_its_outcome_and_its_output_below() -> None:
    checks = check_data("syntax", True), check_data("tests", False, "E assert 1 == 2")
    async with opened(LogPane(), _state(_execution(*checks))) as shown:
        assert _row(shown, "python3 syntax").startswith("✓ syntax  python3 syntax")
        assert "passed · 0.2 s · 03:04:05" in _row(shown, "python3 syntax")
        assert "✗ tests" in _row(shown, "python3 tests")
        assert "FAILED, exit code 1" in _row(shown, "python3 tests")
        assert _row(shown, "E assert").strip() == "E assert 1 == 2"


async def test_a_long_output_shows_its_end_and_enter_shows_the_rest() -> None:
    output = "\n".join(f"line {number}" for number in range(40))
    state = _state(_execution(check_data("tests", True, output)))
    async with opened(LogPane(), state) as shown:
        assert shown.lines[1:3] == ["▸ 34 lines above, Enter shows them", "line 34"]
        assert shown.lines[-1] == "line 39"
        await shown.press("enter")
        assert shown.lines[1:] == output.split("\n")
        assert shown.view.cursor == 0
        await shown.press("enter")
        assert len(shown.lines) == 8


async def test_y_copies_all_that_a_check_printed() -> None:
    output = "\n".join(f"line {number}" for number in range(40))
    state = _state(_execution(check_data("tests", True, f"\x1b[31m{output}")))
    async with opened(LogPane(), state) as shown:
        await shown.press("y")
        assert shown.app.copied == output


async def test_where_nothing_could_be_run_that_is_said() -> None:
    async with opened(LogPane(), _state(_execution(summary="there is no sandbox"))) as shown:
        assert "– there is no sandbox" in shown.screen
    async with opened(LogPane(), _state()) as shown:
        assert "Nothing was run yet." in shown.screen
        await shown.press("enter", "y")
        assert shown.app.copied == ""


async def test_new_output_is_followed_from_the_last_line() -> None:
    state = _state(_execution(check_data("syntax", True)))
    later = events([started(), _execution(check_data("tests", False, "\n".join("abcdefgh")))])[1:]
    async with opened(LogPane(), state, size=(60, 8)) as shown:
        state.add(later)
        await shown.show(state)
        assert shown.view.cursor == len(shown.lines) - 1
        assert "h" in shown.screen.splitlines()[-1]


# Git.


async def test_commits_are_told_with_author_figures_and_tags(tmp_path: Path) -> None:
    run = made_run(tmp_path, {"a.py": b"1\n2\n"}, {"a.py": b"1\nzwei\n"})
    first, second = commits_of(run)
    state = state_of(run)
    place = {"effect": "tag", "ordinal": 0}
    tag = [
        ("effect.started", "2.coding", {**place, "request": {"tag": "2.coding"}}),
        ("effect.ended", "2.coding", {**place, "result": {"sha": second}}),
    ]
    state.add(events(tag))
    async with opened(LogPane(), state) as shown:
        await _tab(shown, "git")
        row = _row(shown, "Coding: change 2")
        assert row.split() == [
            *("03:04:05", second[:7], "Coding:", "change", "2", "Programmer"),
            *("⚑", "2.coding", "+1", "-1"),
        ]
        assert first[:7] in _row(shown, "Coding: change 1")


async def test_enter_on_a_commit_opens_it(tmp_path: Path) -> None:
    run = made_run(tmp_path, {"a.py": b"1\n"}, {"a.py": b"2\n"})
    async with opened(LogPane(), state_of(run)) as shown:
        await _tab(shown, "git")
        await shown.press("k", "enter")
        (message,) = shown.app.asked
        assert isinstance(message, OpenCommit) and message.sha == commits_of(run)[0]


# Events.


async def test_every_event_has_a_line_with_time_kind_and_place() -> None:
    state = state_of(events(small_run()))
    async with opened(LogPane(), state, size=(120, 30)) as shown:
        await _tab(shown, "events")
        assert len(shown.lines) == len(state.events)
        assert "programmer: Here it is: main.py (100+20 tokens, 2.0 s)" in _row(shown, "says")
        assert _row(shown, "says").split()[:3] == ["03:04:05", "says", "1.coding/turn-1"]
        assert "Programmer: main.py +30 -0" in _row(shown, " commit   1")
        assert "Here it is" in _row(shown, "words")
        assert "tests FAILED" not in _row(shown, "check ")
        assert "(and 1 more)" in _row(shown, "check ")
        assert _row(shown, "skipped").rstrip().endswith("3.manual there is nothing to explain")


async def test_enter_on_an_event_shows_the_run_as_it_was_then() -> None:
    async with opened(LogPane(), state_of(events(small_run()))) as shown:
        await _tab(shown, "events")
        await shown.press("g", "j", "j", "enter")
        (message,) = shown.app.asked
        assert isinstance(message, SeekTo) and message.position == 3


async def test_a_reply_is_told_though_its_words_came_in_thousands() -> None:
    words: list[Step] = [("words", "1.coding/turn-1", {"text": "w"})] * 8_000
    steps = [asked("1.coding/turn-1", "a"), *words, answered("1.coding/turn-1", "The end")]
    async with opened(LogPane(), _state(*steps)) as shown:
        await _tab(shown, "events")
        assert "programmer: The end" in shown.screen


async def test_a_hundred_thousand_events_are_opened_at_once() -> None:
    words: list[Step] = [("words", "1.coding/turn-1", {"text": "w"})] * 100_000
    state = _state(asked("1.coding/turn-1", "a"), *words)
    async with opened(LogPane(), state) as shown:
        began = time.perf_counter()
        await _tab(shown, "events")
        assert time.perf_counter() - began < 5  # a frozen window would take far longer
        assert shown.view.cursor == 100_001


# What is new.


async def test_tabs_count_what_came_while_another_was_shown() -> None:
    state = _state(phase("1.coding", "Coding"))
    async with opened(LogPane(), state) as shown:
        assert _row(shown, "Output").split() == ["Output", "Git", "Events", "Cost", "Budget"]
        more = events([started(), *committed("1.coding/commit", ("a.py", "added", 1, 0))])[1:]
        state.add(more)
        await shown.show(state)
        assert _row(shown, "Output").split()[:5] == ["Output", "Git", "1", "Events", "2"]
        await shown.press("l")
        assert _row(shown, "Output").split()[:4] == ["Output", "Git", "Events", "2"]
        await shown.press("h")
        assert _row(shown, "Output").split()[:3] == ["Output", "Git", "Events"]


async def test_what_was_there_when_a_run_was_opened_is_not_new() -> None:
    state = RunState()
    async with opened(LogPane(), state) as shown:
        state.add(events(small_run()))
        await shown.show(state)
        assert _row(shown, "Output").split() == ["Output", "Git", "Events", "Cost", "Budget"]
        state.add(events([("words", "1", {"text": "w"})]))
        await shown.show(state)
        assert "Events 1" in _row(shown, "Output")


async def test_going_to_another_place_in_the_run_counts_nothing_as_new() -> None:
    known = events(small_run())
    async with opened(LogPane(), state_of(known)) as shown:
        await shown.show(state_of(known, 3))
        await _tab(shown, "events")
        assert len(shown.lines) == 3
        await shown.show(state_of(known))
        assert len(shown.lines) == len(known)
        assert _row(shown, "Output").split() == ["Output", "Git", "Events", "Cost", "Budget"]


async def test_more_than_anyone_counts_is_told_in_short() -> None:
    state = _state()
    async with opened(LogPane(), state) as shown:
        state.add(events([("words", "1", {"text": "w"})] * 5_000))
        await shown.show(state)
        assert "Events 999+" in _row(shown, "Output")


# Costs and limits.


def _paid(count: int, cost: float | None, **limits: float) -> RunState:
    steps: list[Step] = [started(limits=limits)]
    for number in range(count):
        steps += [asked(f"1/{number}", "a"), answered(f"1/{number}", "b", cost=cost)]
    return state_of(events(steps))


async def test_tokens_and_money_are_drawn_and_roles_have_their_share() -> None:
    async with opened(LogPane(), _paid(3, 0.5), size=(140, 14)) as shown:
        await _tab(shown, "cost")
        assert "Tokens  ● prompt 300  ● completion 60" in shown.screen
        assert "Cost  ● so far $1.50" in shown.screen
        assert "Programmer" in shown.screen
        assert any(0x2800 < ord(character) < 0x2900 for character in shown.screen)


async def test_where_no_money_was_spent_there_is_no_chart_of_it() -> None:
    async with opened(LogPane(), _paid(3, 0.0), size=(140, 14)) as shown:
        await _tab(shown, "cost")
        assert "so far" not in shown.screen
        assert "prompt 300" in shown.screen


@pytest.mark.parametrize("size", [(30, 8), (80, 12), (200, 20)])
async def test_charts_fit_into_any_pane(size: tuple[int, int]) -> None:
    async with opened(LogPane(), _paid(3, 0.5), size=size) as shown:
        await _tab(shown, "cost")
        assert "Tokens" in shown.screen
        assert {len(line) for line in shown.screen.splitlines()} == {size[0]}
        await shown.press("l")
        assert shown.pane.current == "budget"


async def test_limits_are_told_with_what_is_left_and_what_is_over() -> None:
    state = _paid(3, 0.5, usd=3.0, tokens=300, calls=4)
    async with opened(LogPane(), state) as shown:
        await _tab(shown, "budget")
        assert _row(shown, "of $3.00").split()[:4] == ["Cost", "$1.50", "of", "$3.00"]
        assert "50%   $1.50 left" in _row(shown, "$3.00")
        assert "120% ✗   0 left" in _row(shown, "of 300")
        assert "75%   1 left" in _row(shown, "of 4 ")
        assert "no limit" in _row(shown, "Time")
        assert "100% Programmer" in _row(shown, "360 tokens")


async def test_a_budget_without_calls_or_limits_is_told_too() -> None:
    async with opened(LogPane(), _state(), size=(40, 10)) as shown:
        await _tab(shown, "budget")
        assert shown.screen.count("no limit") == 4
        await shown.press("j", "k", "G", "enter")
        assert shown.app.is_running


# Any journal.


async def test_recorded_runs_fill_every_tab() -> None:
    state = state_of(DEMOS / "demo-waterfall")
    async with opened(LogPane(), state, size=(120, 16)) as shown:
        for tab, words in [
            ("output", "✗ tests"),
            ("git", "Undo fixes that did not help"),
            ("events", "unverified, exit code 1"),
            ("cost", "prompt 16.8k"),
            ("budget", "14,719 tokens"),
        ]:
            await _tab(shown, tab)
            await shown.press("G")
            if words not in shown.screen:
                await shown.press("g")
            assert words in shown.screen


async def test_hostile_journals_are_only_text() -> None:
    evil = "\x1b]52;c;aGk=\x07\x1b[2J\u202e[@click=app.exit]x[/]\x9b\r\n\t"
    check = {**check_data(evil, None, evil), "command": evil, "remark": evil, "seconds": "soon"}
    odd: list[Step] = [
        _execution(check, summary=evil),
        ("execution", evil, {"checks": [None, 5], "summary": evil}),
        *committed(evil, (evil, evil, -3, 10**12)),
        ("words", evil, {"text": [evil]}),
        (evil, evil, {}),
        ("effect.ended", evil, {"effect": {}, "ordinal": [], "result": 7}),
        ("effect.failed", "1/0", {"effect": "completion", "ordinal": 0, "error": evil}),
        ("note", evil, {"text": evil * 1_000}),
        ("step.started", evil, {"kind": "phase", "title": evil, "round": "x"}),
    ]
    roles = {evil: {"title": evil}}
    company = {"company": {"name": evil}, "roles": roles, "phases": {}, "chains": {}}
    steps = [started(company=company), asked("1/0", evil), answered("1/0", evil), *odd]
    async with opened(LogPane(), state_of(events(steps)), size=(70, 20)) as shown:
        for tab in LogPane.TABS:
            await _tab(shown, tab)
            await shown.press("g", "G")
            assert obeyed(shown.screen) == []


async def test_a_narrow_strip_keeps_the_current_tab_in_sight() -> None:
    async with opened(LogPane(), _state(), size=(24, 8)) as shown:
        for tab, name in LogPane.TABS.items():
            await _tab(shown, tab)
            assert name in shown.screen.splitlines()[0]


async def test_a_click_on_a_tab_opens_it() -> None:
    async with opened(LogPane(), state_of(events(small_run()))) as shown:
        offset = shown.screen.splitlines()[0].index("Events")
        await shown.pilot.click(TabStrip, offset=(offset, 0))
        await shown.settle()
        assert shown.pane.current == "events"
        assert shown.view.has_focus
