"""What a journal tells of a run that people steered: entries, lines, time, limits, open questions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.journals import Step, answered, asked, forked, phase, started
from warehouse.history.entries import Continued, Interjected, LimitsChanged, Paused
from warehouse.history.format.lines import lines_of
from warehouse.history.format.wording import limits
from warehouse.history.now import Now
from warehouse.history.summary import RunSummary, SummaryFold
from warehouse.history.transcript import TranscriptFold, transcript
from warehouse.journal.journal import Event

PAUSED: Step = ("run.paused", "", {})
CONTINUED: Step = ("run.continued", "", {})
RESUMED: Step = ("run.resumed", "", {})
ENDED: Step = ("run.ended", "", {"status": "stopped", "exit_code": 130, "reason": "interrupted"})


def told(text: str) -> Step:
    return "interjection", "1.coding", {"role": "programmer", "text": text}


def a_person_is_asked(where: str, question: str) -> Step:
    identity = {"effect": "answer", "ordinal": 0, "digest": "d"}
    who = {"speaker": "human", "listener": "company"}
    return "effect.started", where, {**identity, **who, "request": {"question": question}}


def at_seconds(*steps: tuple[int, Step]) -> list[Event]:
    """Events at so many seconds after the full minute."""
    return [
        Event.of(seq, f"2026-01-02T03:04:{second:02}.000Z", kind, where, data)
        for seq, (second, (kind, where, data)) in enumerate(steps)
    ]


def summary(*steps: tuple[int, Step]) -> RunSummary:
    return SummaryFold(at_seconds(*steps)).summary


class Watch:
    """A present with a clock that stands still until it is told."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.now = Now(lambda: self.seconds)
        self._fold = TranscriptFold()

    def see(self, *steps: tuple[int, Step]) -> Now:
        for event in at_seconds(*steps):
            self.now.add(event, self._fold.add(event))
        return self.now


def test_a_pause_is_no_time_of_the_run() -> None:
    assert (
        summary((0, started()), (10, PAUSED), (40, CONTINUED), (45, phase("1.c", "C"))).seconds
        == 15
    )


def test_what_ends_within_a_pause_takes_no_time() -> None:
    late = answered("1.c/turn-1", "ok")
    assert summary((0, started()), (10, PAUSED), (20, late), (30, CONTINUED)).seconds == 10


def test_a_run_that_was_killed_in_a_pause_counts_from_when_it_is_resumed() -> None:
    found = summary((0, started()), (10, PAUSED), (30, RESUMED), (35, phase("1.c", "C")))
    assert (found.seconds, found.paused) == (15, False)


def test_a_run_that_is_stopped_in_a_pause_is_paused_no_longer() -> None:
    found = summary((0, started()), (10, PAUSED), (30, ENDED))
    assert (found.seconds, found.paused, found.status) == (10, False, "stopped")


def test_a_paused_run_says_so_and_its_clock_stands_still() -> None:
    watch = Watch()
    now = watch.see((0, started()), (10, PAUSED))
    watch.seconds = 100.0
    assert (now.paused, now.seconds) == (True, 10.0)


def test_the_clock_goes_on_after_a_pause_and_rests_after_the_end() -> None:
    watch = Watch()
    now = watch.see((0, started()), (10, PAUSED), (40, CONTINUED))
    watch.seconds = 5.0
    assert (now.paused, now.seconds) == (False, 15.0)
    watch = Watch()
    now = watch.see((0, started()), (10, ENDED))
    watch.seconds = 5.0
    assert now.seconds == 10.0


@pytest.mark.parametrize(
    ("steps", "limits"),
    [
        ([started()], {}),
        ([started(limits={"usd": 2.0, "calls": None})], {"usd": 2.0}),
        ([started(), ("run.limits", "", {"limits": {"calls": 9}})], {"calls": 9}),
        ([started(limits={"calls": 3}), RESUMED], {"calls": 3}),
        ([started(), ("run.resumed", "", {"limits": {"seconds": 60}})], {"seconds": 60}),
        ([started(), forked("2.b", "fork", limits={"tokens": 5})], {"tokens": 5}),
        ([started(), ("run.limits", "", {"limits": {"calls": "many", "hats": 3}})], {}),
        ([started(), ("run.limits", "", {"limits": ["calls"]})], {}),
    ],
)
def test_the_limits_that_hold_are_known(steps: list[Step], limits: dict[str, float]) -> None:
    assert Watch().see(*((0, step) for step in steps)).limits == limits


def test_an_open_question_is_known_by_its_place_until_it_is_answered() -> None:
    asking = a_person_is_asked("2.look", "Which colour?")
    watch = Watch()
    now = watch.see((0, started()), (1, asked("1.c/turn-1", "?")), (2, asking))
    (question,) = now.questions
    assert (question.where, question.speaker, question.question) == (
        "2.look",
        "human",
        "Which colour?",
    )
    assert now.talks == 2
    identity = {"effect": "answer", "ordinal": 0, "digest": "d"}
    watch.see((3, ("effect.ended", "2.look", {**identity, "result": {"text": "blue"}})))
    assert now.questions == []


def test_each_kind_of_steering_is_an_entry_and_a_line() -> None:
    limited: Step = ("run.limits", "", {"limits": {"usd": 2.5, "tokens": 100_000_000}})
    steps = [started(), PAUSED, told("Tabs,\nplease"), limited, CONTINUED]
    entries = transcript(at_seconds(*((0, step) for step in steps)))[1:]
    assert [type(entry) for entry in entries] == [Paused, Interjected, LimitsChanged, Continued]
    assert [line for entry in entries for line in lines_of(entry)] == [
        "steer    paused: nothing further begins",
        "steer    1.coding to programmer: Tabs, please",
        "steer    limits: $2.50, 100,000,000 tokens",
        "steer    goes on",
    ]


def test_limits_are_said_in_words() -> None:
    every = {"usd": 0.5, "tokens": 10.0**12, "calls": 40, "seconds": 1.5}
    assert limits(every) == "$0.50, 1,000,000,000,000 tokens, 40 calls, 1.5 seconds"
    assert limits({}) == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(
    st.sampled_from(["run.paused", "run.continued", "run.limits", "interjection"]),
    st.dictionaries(st.sampled_from(["limits", "role", "text", "order"]), JSON),
)
def test_no_data_of_such_an_event_breaks_a_reader(kind: str, data: dict[str, Any]) -> None:
    now = Watch().see((0, started()), (1, (kind, "1.c", data)))
    assert set(now.limits) <= {"usd", "tokens", "calls", "seconds"}
    entry = transcript(at_seconds((0, started()), (1, (kind, "1.c", data))))[-1]
    assert all("\n" not in line for line in lines_of(entry))
