"""The forms that begin, fork and resume runs: by keys, with what goes wrong said in place."""

from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.widgets import Button, Input, OptionList, TextArea

from company.remote.commands import Raise
from tests.support.browsing import Browser, browsing, names_in
from tests.support.journals import Step, phase, small_run, started, write_lines, write_run
from tui.run_state.limits import Limit, limits_of
from tui.screens.fork import MOST_STEPS, ForkScreen, changes_of
from tui.screens.form import FormScreen, amount
from tui.screens.limits import RaiseScreen, stopped_at_a_limit
from tui.screens.new_run import NewRunScreen
from tui.screens.questions import ConfirmScreen
from warehouse.errors import SofthouseError

EVIL = "\x1b[2J\x1b]52;c;aGk=\x07\u202e[/red][@click=app.quit]"


def form(browser: Browser) -> FormScreen[Any]:
    assert isinstance(browser.app.screen, FormScreen)
    return browser.app.screen


def at_a_limit() -> list[Step]:
    """A run that stopped since it might make one call and no more."""
    end = {"status": "stopped", "exit_code": 3, "reason": "The call limit of 1 is reached."}
    limits = {"usd": None, "calls": 1, "tokens": None, "seconds": None}
    return [started(limits=limits), *small_run()[1:5], ("run.ended", "", end)]


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["y"], True),
        (["n"], False),
        (["escape"], False),
        (["enter"], False),
        (["right", "enter"], True),
        (["tab", "enter"], True),
        (["l", "h", "enter"], False),
    ],
)
async def test_a_question_is_answered_with_no_unless_the_person_says_yes(
    keys: list[str], answer: bool
) -> None:
    app, answers = App[None](), []
    async with app.run_test() as pilot:
        app.push_screen(ConfirmScreen("Sure?"), answers.append)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        assert answers == [answer]


async def test_a_question_is_answered_by_a_click_and_shows_hostile_words_as_they_are() -> None:
    app, answers = App[None](), []
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(ConfirmScreen(EVIL * 40, yes=EVIL), answers.append)
        await pilot.pause()
        assert "\x1b" not in str(app.screen.query_one("#yes", Button).label)
        await pilot.click("#yes")
        await pilot.pause()
        assert answers == [True]


async def test_a_new_run_needs_a_task(tmp_path: Path) -> None:
    async with browsing(tmp_path, (80, 24)) as browser:
        await browser.press("n", "ctrl+s")
        assert "Say what is to be built" in browser.screen_text
        assert isinstance(browser.app.screen, NewRunScreen)


async def test_every_field_of_a_new_run_is_reached_by_tab_and_seen_at_80_by_24(
    tmp_path: Path,
) -> None:
    async with browsing(tmp_path, (80, 24)) as browser:
        await browser.press("n")
        reached = []
        for _ in range(8):
            focused = browser.app.focused
            assert focused is not None
            assert browser.app.screen.region.contains_region(focused.region)
            reached.append(focused.id)
            await browser.press("tab")
        assert reached == ["task", "company", "model", "budget", "ask", "name", "cancel", "do"]


async def test_a_budget_that_is_no_sum_of_money_is_refused_in_place(tmp_path: Path) -> None:
    async with browsing(tmp_path) as browser:
        await browser.press("n")
        await browser.type("a clock")
        screen = form(browser)
        for written in ("lots", "-1", "0", "nan", "inf"):
            screen.query_one("#budget", Input).value = written
            await browser.press("ctrl+s")
            assert "has to be a number above 0" in browser.screen_text
        assert names_in(tmp_path) == []


async def test_what_the_house_says_against_a_run_is_shown_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    async with browsing(tmp_path / "products") as browser:
        await browser.press("n")
        await browser.type("a clock")
        screen = form(browser)
        screen.query_one("#model", Input).value = "nobody:nothing"
        await browser.press("ctrl+s")
        assert "Beginning" in browser.screen_text
        await browser.until(lambda: "✗" in str(screen.query_one("#outcome").render()))
        assert "nobody" in browser.screen_text
        assert screen.query_one("#task", TextArea).text == "a clock"
        assert browser.app.opened == []


async def test_a_task_that_was_written_is_not_thrown_away_by_a_slip(tmp_path: Path) -> None:
    async with browsing(tmp_path) as browser:
        await browser.press("n")
        await browser.type("a clock")
        await browser.press("escape", "enter")
        assert isinstance(browser.app.screen, NewRunScreen)
        await browser.press("escape", "y")
        await browser.until(lambda: browser.app.screen is browser.home)


async def test_the_companies_are_offered_by_name_and_title(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "companies").mkdir()
    card = "name: odd\ntitle: '[@click=app.quit]Odd[/]'\nchain: pair\n"
    (tmp_path / "companies" / "odd.yaml").write_text(card)
    monkeypatch.chdir(tmp_path)
    async with browsing(tmp_path / "products") as browser:
        await browser.press("n", "tab", "enter")
        await browser.until(lambda: "agent:" in browser.screen_text)
        await browser.press("end")
        await browser.until(lambda: "pair:" in browser.screen_text)
        await browser.until(lambda: "[@click=app.quit]Odd[/]" in browser.screen_text)


def test_changes_are_lines_of_key_and_value() -> None:
    written = "\n seed = 7 \nphases.coding.prompt=a=b\n\nmodel="
    assert changes_of(written) == {"seed": "7", "phases.coding.prompt": "a=b", "model": ""}
    for wrong in ("seed", "=7"):
        with pytest.raises(SofthouseError, match="is not KEY=VALUE"):
            changes_of(wrong)


def test_amounts_are_read_as_people_write_them() -> None:
    assert amount("", "It") is None
    assert amount("$1,234.50", "It") == 1234.5
    with pytest.raises(SofthouseError, match="It has to be"):
        amount("1e999", "It")


async def test_the_steps_of_a_run_are_offered_and_narrowed_as_one_types(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    async with browsing(tmp_path, (80, 24)) as browser:
        await browser.press("f")
        steps = form(browser).query_one(OptionList)
        await browser.until(lambda: steps.option_count == 3)
        assert "1.coding  Coding" in browser.screen_text
        await browser.type("test")
        assert steps.option_count == 1
        await browser.press("down", "enter")
        assert form(browser).value("at") == "2.testing/round-1/run_tests"
        assert browser.app.focused is form(browser).query_one("#changes")
        assert steps.option_count == 3


async def test_a_fork_from_a_step_that_was_chosen_elsewhere_begins_there(tmp_path: Path) -> None:
    folder = write_run(tmp_path, small_run())
    async with browsing(tmp_path) as browser:
        browser.app.push_screen(ForkScreen(folder, at="3.manual"))
        await browser.pilot.pause()
        assert form(browser).value("at") == "3.manual"


async def test_a_fork_without_a_step_or_with_a_wrong_line_is_refused_in_place(
    tmp_path: Path,
) -> None:
    write_run(tmp_path, small_run())
    async with browsing(tmp_path) as browser:
        await browser.press("f", "ctrl+s")
        assert "Say from which step on" in browser.screen_text
        await browser.type("1.coding")
        await browser.press("enter")
        await browser.type("seed")
        await browser.press("ctrl+s")
        assert "'seed' is not KEY=VALUE" in browser.screen_text
        assert len(names_in(tmp_path)) == 1


async def test_what_the_house_says_against_a_fork_is_shown_in_place(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    async with browsing(tmp_path) as browser:
        await browser.press("f")
        await browser.type("nowhere")
        await browser.press("ctrl+s")
        said = form(browser).query_one("#outcome")
        await browser.until(lambda: "✗" in str(said.render()))
        assert browser.app.opened == []


async def test_a_fork_of_a_broken_run_says_why_there_are_no_steps(tmp_path: Path) -> None:
    write_lines(tmp_path, "20260101-000000-broken", "not json")
    async with browsing(tmp_path) as browser:
        await browser.press("f")
        await browser.until(lambda: "journal.jsonl:1" in browser.screen_text)


async def test_steps_of_hostile_names_and_of_any_number_are_offered(tmp_path: Path) -> None:
    many = [phase(f"{number}.{EVIL}", EVIL * 20) for number in range(2 * MOST_STEPS)]
    write_run(tmp_path, [started(), *many])
    async with browsing(tmp_path) as browser:
        await browser.press("f")
        steps = form(browser).query_one(OptionList)
        await browser.until(lambda: steps.option_count == MOST_STEPS)
        assert not any(character in browser.screen_text for character in "\x1b\x07\u202e")


def test_only_a_run_that_stopped_at_a_limit_is_asked_for_more(tmp_path: Path) -> None:
    assert stopped_at_a_limit(write_run(tmp_path, small_run(), "ended")) is None
    assert stopped_at_a_limit(write_run(tmp_path, small_run()[:4], "killed")) is None
    stopped = stopped_at_a_limit(write_run(tmp_path, at_a_limit(), "limited"))
    assert stopped is not None
    assert stopped.summary.reason == "The call limit of 1 is reached."
    assert [(each.key, each.used, each.most) for each in limits_of(stopped)] == [
        *(("usd", 0.0, None), ("tokens", 120.0, None), ("calls", 1.0, 1), ("seconds", 0.0, None))
    ]


async def test_a_run_that_stopped_at_a_limit_is_given_more_of_it(tmp_path: Path) -> None:
    limits = [Limit("usd", 0.5, 1.0), Limit("calls", 3, 3)]
    limits += [Limit("tokens", 9, None), Limit("seconds", 61, None)]
    app, results = App[None](), []
    async with app.run_test(size=(80, 24)) as pilot:
        screen = RaiseScreen(tmp_path / "run", "The call limit of 3", limits)
        app.push_screen(screen, results.append)
        await pilot.pause()
        assert app.focused is screen.query_one("#calls")
        assert screen.query_one("#calls", Input).placeholder == "3 used, of 3"
        assert screen.query_one("#seconds", Input).placeholder == "1:01 (61 s) used, no limit"
        for keys, said in (
            (["ctrl+s"], "Give it more"),
            (["2", "ctrl+s"], "Calls: 3 are used already"),
            (["backspace", "x", "ctrl+s"], "Calls has to be a number"),
        ):
            await pilot.press(*keys)
            await pilot.pause()
            assert said in str(screen.query_one("#outcome").render())
        await pilot.press("backspace", "9", "ctrl+s")
        await pilot.pause()
        assert results == [Raise(calls=9)]


async def test_r_asks_for_more_where_a_limit_was_reached_and_leaves_things_on_escape(
    tmp_path: Path,
) -> None:
    write_run(tmp_path, at_a_limit())
    async with browsing(tmp_path) as browser:
        await browser.press("r")
        await browser.until(lambda: isinstance(browser.app.screen, RaiseScreen))
        await browser.pilot.pause()
        assert "The call limit of 1 is reached." in browser.screen_text
        await browser.press("escape")
        assert browser.app.screen is browser.home
        assert browser.app.opened == []


async def test_what_the_house_says_against_a_resumption_is_said(tmp_path: Path) -> None:
    write_run(tmp_path, small_run()[:4])
    async with browsing(tmp_path) as browser:
        await browser.press("r")
        await browser.until(lambda: "journal" in browser.said)
        assert browser.app.opened == []
