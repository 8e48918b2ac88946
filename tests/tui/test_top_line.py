"""One line that says which run it is, how far it came, what it cost and how it stands."""

from pathlib import Path

import pytest

from tests.support.hostile import write_hostile_runs
from tests.support.journals import Step, answered, asked, events, forked, started, told
from tests.support.window_parts import PartApp, StillClock, state_after
from tui.panes.top_line import TopLine, condition_of
from tui.run_state.playback import Playback
from tui.run_state.run_state import Picture, RunState
from warehouse.journal.journal import FILE_NAME, Journal, read_events
from warehouse.journal.tail import JournalTail
from warehouse.runs.folders import DEMOS

DEMO = DEMOS / "demo-waterfall" / FILE_NAME
WATERFALL = read_events(DEMO)
ASKED: Step = (
    "effect.started",
    "2.review",
    {
        "effect": "answer",
        "ordinal": 0,
        "speaker": "cto",
        "listener": "company",
        "request": {"question": "Is it good?"},
    },
)


def playback_of(path: Path = DEMO) -> Playback:
    return Playback(JournalTail(path))


def journal_of(folder: Path, *steps: Step) -> Journal:
    """A journal that is being written."""
    journal = Journal.create(folder / FILE_NAME)
    for step in steps:
        journal.append(*told(step))
    return journal


def journals_in(products: Path) -> list[Path]:
    return sorted(products.glob(f"*/{FILE_NAME}"))


async def line(state: RunState, playback: Playback, width: int) -> str:
    app = PartApp(TopLine())
    async with app.run_test(size=(width, 3)) as pilot:
        app.query_one(TopLine).show(state, playback)
        await pilot.pause()
        return app.shown[0]


async def test_it_tells_name_phase_round_tokens_cost_time_and_state() -> None:
    playback = playback_of()
    playback.seek(300)
    shown = await line(state_after(WATERFALL[:300]), playback, 160)
    for words in (
        "A word guessing game",
        "10 of 11 Bug fixing, round 2 of 3",
        "13,778 tokens",
        "$0",
        "2:07",
        "‖ in the past",
    ):
        assert words in shown


async def test_at_eighty_columns_tokens_give_way_and_the_rest_is_there() -> None:
    playback = playback_of()
    playback.seek(300)
    shown = await line(state_after(WATERFALL[:300]), playback, 80)
    assert "tokens" not in shown
    for words in ("A word", "10/11 Bug fixing, round 2/3", "$0", "2:07", "‖ in the past"):
        assert words in shown


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
async def test_figures_keep_their_places_while_phases_change(width: int) -> None:
    playback = playback_of()
    places = set()
    for position in (25, 100, 300, 600):
        playback.seek(position)
        shown = await line(state_after(WATERFALL[:position]), playback, width)
        assert len(shown) <= width
        places.add((shown.find("‖"), shown.find("$")))
    assert len(places) == 1


async def test_what_is_limited_stands_with_its_limit() -> None:
    limits = {"usd": 0.5, "tokens": 50_000, "calls": None, "seconds": 600.0}
    state = state_after(events([started(limits=limits)]))
    shown = await line(state, playback_of(), 160)
    for words in ("$0 of $0.5000", "0 of 50,000 tokens", "0:00 of 10:00"):
        assert words in shown


def test_a_finished_run_says_how_it_ended() -> None:
    assert condition_of(state_after(WATERFALL), playback_of()).words == "– unverified"


def test_a_replay_says_how_fast_it_goes() -> None:
    playback = playback_of()
    playback.play()
    playback.faster()
    assert condition_of(state_after(WATERFALL[:1]), playback).words == "▶ replay 2×"


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([started()], "◐ working"),
        ([started(), ("run.paused", "", {})], "‖ paused"),
        ([started(), ("run.paused", "", {}), ("run.continued", "", {})], "◐ working"),
        ([started(), ASKED], "? waiting for you: a answers"),
        (
            [started(), ("run.ended", "", {"status": "failed", "exit_code": 1, "reason": ""})],
            "✗ failed",
        ),
    ],
)
def test_a_run_at_work_says_what_it_does(tmp_path: Path, steps: list[Step], told: str) -> None:
    journal = journal_of(tmp_path, *steps)
    playback = playback_of(journal.path)
    assert condition_of(state_after(playback.events), playback).words == told
    journal.close()


def test_a_run_that_was_killed_is_interrupted(tmp_path: Path) -> None:
    journal = journal_of(tmp_path, started(), ASKED)
    journal.close()
    playback = playback_of(journal.path)
    assert condition_of(state_after(playback.events), playback).words == "■ interrupted"


async def test_time_goes_on_while_it_works_and_nothing_is_drawn_in_between(tmp_path: Path) -> None:
    journal, clock = journal_of(tmp_path, started()), StillClock()
    playback = playback_of(journal.path)
    state = state_after(playback.events, clock)
    app = PartApp(TopLine())
    async with app.run_test(size=(120, 3)) as pilot:
        top = app.query_one(TopLine)
        top.show(state, playback)
        await pilot.pause()
        first = top._words
        clock.now = 0.4
        top.show(state, playback)
        assert top._words is first, "less than a second is nothing to see"
        clock.now = 1.2
        top.show(state, playback)
        await pilot.pause()
        assert "0:01" in app.shown[0]
    journal.close()


async def test_a_hostile_run_is_named_in_one_harmless_line(tmp_path: Path) -> None:
    write_hostile_runs(tmp_path)
    for journal in journals_in(tmp_path):
        playback = playback_of(journal)
        shown = await line(state_after(playback.events), playback, 200)
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown)
        assert "Name" in shown


async def test_a_call_with_figures_of_the_wrong_kind_is_shown_as_none() -> None:
    steps = [started(), asked("1", "?"), answered("1", "!", cost=10**400)]
    shown = await line(state_after(events(steps)), playback_of(), 120)
    assert "0 tokens" in shown
    assert "$0" in shown


async def test_a_cost_that_nobody_knows_is_a_dash_and_no_zero() -> None:
    steps = [started(), asked("1", "?"), answered("1", "!", cost=None)]
    shown = await line(state_after(events(steps)), playback_of(), 120)
    assert "120 tokens" in shown
    assert "–" in shown.partition("120 tokens")[2]
    assert "$0" not in shown


async def test_the_past_of_a_fork_is_under_the_name_of_the_fork(tmp_path: Path) -> None:
    steps = [started(), asked("1", "?"), answered("1", "!"), forked("2", "f", name="Another way")]
    journal_of(tmp_path, *steps).close()
    playback = Playback(JournalTail(tmp_path / FILE_NAME), speed=1.0, start=1)
    picture = Picture(playback)
    picture.bring_up()
    assert "Another way" in await line(picture.state, playback, 120)
