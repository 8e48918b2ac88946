"""Where in a run the window stands, and how it moves."""

import fcntl
import json
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tui.run_state.milestones import KINDS, Kind, is_a
from tui.run_state.run_state import Picture
from tui.run_state.transport import LONGEST_PAUSE, MOST_AT_ONCE, Transport
from warehouse.events import Note, RunStarted
from warehouse.journal.journal import SCHEMA, Event, Journal
from warehouse.journal.tail import JournalTail
from warehouse.runs.folders import DEMOS

DEMO = DEMOS / "demo-waterfall" / "journal.jsonl"


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
def watching(clock: Clock) -> Callable[..., Transport]:
    def open_(path: Path = DEMO, **options: float) -> Transport:
        return Transport(JournalTail(path), clock=clock, **options)  # type: ignore[arg-type]

    return open_


def recorded_seconds(events: list[Event]) -> float:
    from warehouse.history.clock import Pace

    return sum(Pace(1.0, LONGEST_PAUSE).pause(a, b) for a, b in pairwise(events))


def test_a_run_opens_at_its_end(watching: Callable[..., Transport]) -> None:
    transport = watching()
    assert transport.at_end
    assert transport.following
    assert not transport.live, "nobody works on a demo"


def test_the_end_is_followed_while_a_run_is_made(
    tmp_path: Path, watching: Callable[..., Transport]
) -> None:
    journal = Journal.create(tmp_path / "journal.jsonl")
    journal.append(RunStarted(schema=SCHEMA))
    transport = watching(journal.path)
    assert transport.live
    journal.append(Note())
    assert transport.poll()
    transport.tick()
    assert transport.position == 2
    assert not transport.poll()
    journal.close()
    transport.look_who_works()
    assert not transport.live


def test_a_window_that_went_back_stays_there_while_the_run_goes_on(
    tmp_path: Path, watching: Callable[..., Transport]
) -> None:
    journal = Journal.create(tmp_path / "journal.jsonl")
    journal.append(RunStarted(schema=SCHEMA))
    journal.append(Note())
    transport = watching(journal.path)
    transport.seek(1)
    journal.append(Note())
    transport.poll()
    transport.tick()
    assert transport.position == 1
    transport.to_end()
    assert transport.position == 3


def test_a_replay_takes_as_long_as_the_run_did_without_its_long_pauses(
    watching: Callable[..., Transport], clock: Clock
) -> None:
    transport = watching(speed=1.0)
    taken = 0.0
    while transport.playing:
        clock.now += 0.05
        taken += 0.05
        transport.tick()
    assert transport.at_end
    assert taken == pytest.approx(recorded_seconds(transport.events), abs=1.0)


def test_twice_the_speed_takes_half_the_time(
    watching: Callable[..., Transport], clock: Clock
) -> None:
    fast, slow = watching(speed=2.0), watching(speed=1.0)
    clock.now += 10
    for _ in range(100):
        fast.tick()
        slow.tick()
    assert fast.position > slow.position
    assert fast.run_seconds() == 2 * slow.run_seconds() == 20.0


def test_the_fastest_replay_can_still_be_watched(watching: Callable[..., Transport]) -> None:
    transport = watching(speed=math.inf)
    transport.tick()
    assert transport.position == MOST_AT_ONCE


def test_no_time_passes_while_it_stands_still(
    watching: Callable[..., Transport], clock: Clock
) -> None:
    transport = watching(speed=1.0)
    transport.pause()
    clock.now += 1_000
    transport.tick()
    assert (transport.position, transport.run_seconds()) == (0, 0.0)
    transport.play()
    transport.tick()
    assert transport.position == 1, "and it goes on from there, without catching up"


def test_playing_at_the_end_begins_again(watching: Callable[..., Transport]) -> None:
    transport = watching()
    transport.play()
    assert transport.playing
    assert transport.position == 0


@pytest.mark.parametrize("kind", KINDS)
def test_jumping_forward_and_back_visits_each_of_a_kind_once(
    kind: Kind, watching: Callable[..., Transport]
) -> None:
    transport = watching()
    wanted = [n for n, event in enumerate(transport.events, 1) if is_a(kind, event)]
    transport.seek(0)
    forward = []
    while transport.next(kind):
        forward.append(transport.position)
    assert forward == wanted
    backward = [transport.position] if wanted else []
    while transport.previous(kind):
        backward.append(transport.position)
    assert backward == wanted[::-1]


def test_there_is_something_of_every_kind_to_jump_to_in_the_demo() -> None:
    events = JournalTail(DEMO).new_events()
    assert {kind for kind in KINDS for event in events if is_a(kind, event)} == set(KINDS)


def test_speeds_stay_within_their_bounds(watching: Callable[..., Transport]) -> None:
    transport = watching()
    for _ in range(20):
        transport.slower()
    assert transport.speed == 0.5
    for _ in range(20):
        transport.faster()
    assert transport.speed == math.inf


def test_seeking_never_leaves_the_run(watching: Callable[..., Transport]) -> None:
    transport = watching()
    transport.seek(-5)
    assert transport.position == 0
    transport.seek(10**9)
    assert transport.at_end


def test_the_picture_is_the_same_whichever_way_one_came(
    watching: Callable[..., Transport],
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


def looked_at(transport: Transport, picture: Picture) -> float:
    """The run's time after one more look, as the run screen takes it."""
    transport.poll()
    picture.bring_up()
    transport.tick()
    return picture.state.now.seconds


def test_a_live_run_that_is_opened_late_tells_the_time_since_its_last_event(
    tmp_path: Path, clock: Clock, watching: Callable[..., Transport]
) -> None:
    path = written_now(tmp_path, ago=60)
    with path.open("a") as worker:
        fcntl.flock(worker, fcntl.LOCK_EX)
        transport = watching(path)
        picture = Picture(transport)
        assert looked_at(transport, picture) == pytest.approx(60, abs=5)
        clock.now += 7
        assert looked_at(transport, picture) == pytest.approx(67, abs=5)


def test_who_comes_back_from_the_past_sees_the_time_of_a_live_run_as_it_is(
    tmp_path: Path, clock: Clock, watching: Callable[..., Transport]
) -> None:
    path = written_now(tmp_path, ago=60)
    with path.open("a") as worker:
        fcntl.flock(worker, fcntl.LOCK_EX)
        transport = watching(path)
        picture = Picture(transport)
        looked_at(transport, picture)
        transport.seek(0)
        looked_at(transport, picture)
        transport.to_end()
        transport.to_end()
        assert looked_at(transport, picture) == pytest.approx(60, abs=5)
        transport.to_end()
        assert looked_at(transport, picture) == pytest.approx(60, abs=5)
