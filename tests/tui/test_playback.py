"""Where in a run the window stands, and how it moves."""

import fcntl
import json
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from tui.run_state.playback import LONGEST_PAUSE, MOST_AT_ONCE, Playback
from tui.run_state.run_state import Picture
from tui.run_state.timeline import Kind, is_a
from warehouse.events import Note, RunStarted
from warehouse.journal.journal import SCHEMA, Event, Journal
from warehouse.journal.tail import JournalTail
from warehouse.runs.folders import DEMOS

DEMO = DEMOS / "demo-waterfall" / "journal.jsonl"
KINDS: tuple[Kind, ...] = get_args(Kind)


class Clock:
    """A clock that a test winds."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watching(clock: Clock) -> Callable[..., Playback]:
    def open_(path: Path = DEMO, **options: float) -> Playback:
        return Playback(JournalTail(path), clock=clock, **options)  # type: ignore[arg-type]

    return open_


def recorded_seconds(events: list[Event]) -> float:
    from warehouse.history.clock import Pace

    return sum(Pace(1.0, LONGEST_PAUSE).pause(a, b) for a, b in pairwise(events))


def test_a_run_opens_at_its_end(watching: Callable[..., Playback]) -> None:
    playback = watching()
    assert playback.at_end
    assert playback.following
    assert not playback.live, "nobody works on a demo"


def test_the_end_is_followed_while_a_run_is_made(
    tmp_path: Path, watching: Callable[..., Playback]
) -> None:
    journal = Journal.create(tmp_path / "journal.jsonl")
    journal.append(RunStarted(schema=SCHEMA))
    playback = watching(journal.path)
    assert playback.live
    journal.append(Note())
    assert playback.poll()
    playback.tick()
    assert playback.position == 2
    assert not playback.poll()
    journal.close()
    playback.look_who_works()
    assert not playback.live


def test_a_window_that_went_back_stays_there_while_the_run_goes_on(
    tmp_path: Path, watching: Callable[..., Playback]
) -> None:
    journal = Journal.create(tmp_path / "journal.jsonl")
    journal.append(RunStarted(schema=SCHEMA))
    journal.append(Note())
    playback = watching(journal.path)
    playback.seek(1)
    journal.append(Note())
    playback.poll()
    playback.tick()
    assert playback.position == 1
    playback.to_end()
    assert playback.position == 3


def test_a_replay_takes_as_long_as_the_run_did_without_its_long_pauses(
    watching: Callable[..., Playback], clock: Clock
) -> None:
    playback = watching(speed=1.0)
    taken = 0.0
    while playback.playing:
        clock.now += 0.05
        taken += 0.05
        playback.tick()
    assert playback.at_end
    assert taken == pytest.approx(recorded_seconds(playback.events), abs=1.0)


def test_twice_the_speed_takes_half_the_time(
    watching: Callable[..., Playback], clock: Clock
) -> None:
    fast, slow = watching(speed=2.0), watching(speed=1.0)
    clock.now += 10
    for _ in range(100):
        fast.tick()
        slow.tick()
    assert fast.position > slow.position
    assert fast.run_seconds() == 2 * slow.run_seconds() == 20.0


def test_the_fastest_replay_can_still_be_watched(watching: Callable[..., Playback]) -> None:
    playback = watching(speed=math.inf)
    playback.tick()
    assert playback.position == MOST_AT_ONCE


def test_no_time_passes_while_it_stands_still(
    watching: Callable[..., Playback], clock: Clock
) -> None:
    playback = watching(speed=1.0)
    playback.pause()
    clock.now += 1_000
    playback.tick()
    assert (playback.position, playback.run_seconds()) == (0, 0.0)
    playback.play()
    playback.tick()
    assert playback.position == 1, "and it goes on from there, without catching up"


def test_playing_at_the_end_begins_again(watching: Callable[..., Playback]) -> None:
    playback = watching()
    playback.play()
    assert playback.playing
    assert playback.position == 0


@pytest.mark.parametrize("kind", KINDS)
def test_jumping_forward_and_back_visits_each_of_a_kind_once(
    kind: Kind, watching: Callable[..., Playback]
) -> None:
    playback = watching()
    wanted = [n for n, event in enumerate(playback.events, 1) if is_a(kind, event)]
    playback.seek(0)
    forward = []
    while playback.next(kind):
        forward.append(playback.position)
    assert forward == wanted
    backward = [playback.position] if wanted else []
    while playback.previous(kind):
        backward.append(playback.position)
    assert backward == wanted[::-1]


def test_there_is_something_of_every_kind_to_jump_to_in_the_demo() -> None:
    events = JournalTail(DEMO).new_events()
    assert {kind for kind in KINDS for event in events if is_a(kind, event)} == set(KINDS)


def test_speeds_stay_within_their_bounds(watching: Callable[..., Playback]) -> None:
    playback = watching()
    for _ in range(20):
        playback.slower()
    assert playback.speed == 0.5
    for _ in range(20):
        playback.faster()
    assert playback.speed == math.inf


def test_seeking_never_leaves_the_run(watching: Callable[..., Playback]) -> None:
    playback = watching()
    playback.seek(-5)
    assert playback.position == 0
    playback.seek(10**9)
    assert playback.at_end


def test_the_picture_is_the_same_whichever_way_one_came(
    watching: Callable[..., Playback],
) -> None:
    there, back = watching(), watching()
    there.seek(300)
    picture = Picture(there)
    picture.bring_up()
    direct = picture.state
    other = Picture(back)
    other.bring_up()
    back.seek(300)
    assert other.bring_up()
    assert other.state.events == direct.events
    assert other.state.now.summary == direct.now.summary
    assert not other.bring_up(), "nothing is folded twice"


def written_now(folder: Path, ago: float) -> Path:
    """A journal whose only event came so many seconds ago."""
    at = (datetime.now(UTC) - timedelta(seconds=ago)).isoformat()
    event = {"seq": 0, "at": at, "kind": "run.started", "where": "", "data": {"schema": SCHEMA}}
    journal = folder / "journal.jsonl"
    journal.write_text(json.dumps(event) + "\n")
    return journal


def looked_at(playback: Playback, picture: Picture) -> float:
    """The run's time after one more look, as the run screen takes it."""
    playback.poll()
    picture.bring_up()
    playback.tick()
    return picture.state.now.seconds


def test_a_live_run_that_is_opened_late_tells_the_time_since_its_last_event(
    tmp_path: Path, clock: Clock, watching: Callable[..., Playback]
) -> None:
    path = written_now(tmp_path, ago=60)
    with path.open("a") as worker:
        fcntl.flock(worker, fcntl.LOCK_EX)
        playback = watching(path)
        picture = Picture(playback)
        assert looked_at(playback, picture) == pytest.approx(60, abs=5)
        clock.now += 7
        assert looked_at(playback, picture) == pytest.approx(67, abs=5)


def test_who_comes_back_from_the_past_sees_the_time_of_a_live_run_as_it_is(
    tmp_path: Path, clock: Clock, watching: Callable[..., Playback]
) -> None:
    path = written_now(tmp_path, ago=60)
    with path.open("a") as worker:
        fcntl.flock(worker, fcntl.LOCK_EX)
        playback = watching(path)
        picture = Picture(playback)
        looked_at(playback, picture)
        playback.seek(0)
        looked_at(playback, picture)
        playback.to_end()
        playback.to_end()
        assert looked_at(playback, picture) == pytest.approx(60, abs=5)
        playback.to_end()
        assert looked_at(playback, picture) == pytest.approx(60, abs=5)
