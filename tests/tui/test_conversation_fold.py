"""The fold that makes a conversation out of a run's events."""

from tests.support.conversations import state_after
from tests.support.journals import (
    answered,
    asked,
    committed,
    ended,
    events,
    phase,
    small_run,
    started,
)
from tui.run_state.conversation import Conversation, Heading, PhaseOver, Speaking
from warehouse.history.entries import Committed, Ended, Failed, Interjected, Resumed, Retried, Said

TURN = "1.coding/turn-1"
CODING = [started(), phase("1.coding", "Coding"), asked(TURN, "Write.")]


def kinds(talk: Conversation) -> list[str]:
    return [type(item).__name__ for item in talk.items]


def test_a_run_becomes_what_was_said_and_what_came_of_it_in_order() -> None:
    assert kinds(state_after(small_run()).talk) == [
        "Began",
        "Heading",
        "Said",
        "Committed",
        "Heading",
        "Executed",
        "PhaseOver",
        "Heading",
        "Noted",
        "Ended",
    ]


def test_a_phase_in_which_nothing_happens_has_no_heading() -> None:
    talk = state_after([started(), phase("1.coding", "Coding"), ended("1.coding")]).talk
    assert kinds(talk) == ["Began"]


def test_a_skipped_phase_is_told_without_a_heading() -> None:
    steps = [started(), phase("1.manual", "Manual"), ended("1.manual", "skipped", "no need")]
    item = state_after(steps).talk.items[-1]
    assert isinstance(item, PhaseOver)
    assert (item.title, item.outcome, item.reason) == ("Manual", "skipped", "no need")


def test_a_heading_tells_the_round() -> None:
    around = {"name": "review", "kind": "round", "title": "Review", "round": 2, "max": 3}
    where = "6.review/round-2/comment"
    steps = [
        started(),
        ("step.started", "6.review/round-2", around),
        phase(where, "Comment"),
        asked(f"{where}/turn-1", "Look."),
    ]
    heading = state_after(steps).talk.items[1]
    assert isinstance(heading, Heading)
    assert (heading.title, heading.round, heading.most_rounds) == ("Comment", 2, 3)


def test_phases_that_take_turns_have_their_heading_each_time() -> None:
    talk = state_after(
        [
            started(),
            phase("1.both/left", "Left"),
            phase("1.both/right", "Right"),
            asked("1.both/left/turn-1", "a"),
            asked("1.both/right/turn-1", "b"),
            answered("1.both/left/turn-1", "c"),
            asked("1.both/left/turn-2", "d"),
        ]
    ).talk
    titles = [item.title for item in talk.items if isinstance(item, Heading)]
    assert titles == ["Left", "Right", "Left"]


def test_a_message_being_written_becomes_what_was_said_in_its_place() -> None:
    state = state_after([*CODING, ("words", TURN, {"text": "He"}), ("words", TURN, {"text": "re"})])
    writing = state.talk.items[-1]
    assert isinstance(writing, Speaking)
    assert writing.pieces == ["He", "re"]
    whole = state_after([*CODING, ("words", TURN, {"text": "He"}), answered(TURN, "Here")])
    assert isinstance(whole.talk.items[-1], Said)
    assert whole.talk.settled == [len(whole.talk.items) - 1]
    assert not whole.talk.speaking


def test_a_call_made_once_more_begins_with_no_words() -> None:
    talk = state_after(
        [
            *CODING,
            ("words", TURN, {"text": "lost"}),
            ("retry", TURN, {"text": "The connection broke."}),
            ("words", TURN, {"text": "new"}),
        ]
    ).talk
    speaking, retried = talk.items[-2:]
    assert isinstance(speaking, Speaking)
    assert isinstance(retried, Retried)
    assert speaking.pieces == ["new"]


def test_a_failure_takes_the_place_of_the_message_that_was_being_written() -> None:
    state = state_after([*CODING, ("words", TURN, {"text": "a"})])
    writing = len(state.talk.items) - 1
    failure = events(
        [("effect.failed", TURN, {"effect": "completion", "ordinal": 0, "error": "no key"})]
    )
    state.add(failure)
    assert isinstance(state.talk.items[writing], Failed)
    assert state.talk.settled == [writing]
    assert not state.talk.speaking


def test_what_was_being_written_when_a_run_was_killed_is_broken_off_and_asked_again() -> None:
    steps = [
        *CODING,
        ("words", TURN, {"text": "a"}),
        ("run.resumed", "", {}),
        asked(TURN, "Write."),
    ]
    talk = state_after(steps).talk
    broken, resumed, again = talk.items[-3:]
    assert isinstance(broken, Speaking)
    assert broken.broken
    assert isinstance(resumed, Resumed)
    assert isinstance(again, Speaking)
    assert not again.broken
    assert list(talk.speaking) == [TURN]


def test_what_a_person_said_in_between_is_there() -> None:
    steps = [started(), ("interjection", "1.coding", {"role": "programmer", "text": "Use tabs."})]
    item = state_after(steps).talk.items[-1]
    assert isinstance(item, Interjected)
    assert item.text == "Use tabs."


def test_a_commit_belongs_to_the_message_it_was_made_of() -> None:
    steps = [
        *CODING,
        answered(TURN, "first"),
        asked(f"{TURN}/repair-1", "Again."),
        answered(f"{TURN}/repair-1", "second"),
        *committed("1.coding/commit", ("main.py", "added", 3, 0)),
    ]
    talk = state_after(steps).talk
    first, second = [item.seq for item in talk.items if isinstance(item, Said)]
    assert talk.commit_of(first) is None
    commit = talk.commit_of(second)
    assert isinstance(commit, Committed)
    assert commit.files[0].path == "main.py"


def test_items_are_found_by_event_and_by_step() -> None:
    talk = state_after(small_run()).talk
    said = next(n for n, item in enumerate(talk.items) if isinstance(item, Said))
    assert talk.place_of_event(talk.items[said].seq) == said
    # A deliverable of files has no item of its own: the message before it is the nearest.
    assert talk.place_of_event(talk.items[said].seq + 1) == said
    assert isinstance(talk.items[talk.place_of_step("1.coding")], Heading)
    assert talk.place_of_step("1.cod") == -1
    assert talk.place_of_event(-1) == -1


def test_the_version_grows_only_with_what_can_be_seen() -> None:
    state = state_after(CODING)
    before = state.talk.version
    state.add(state_after([started()]).events[:0])
    assert state.talk.version == before
    after = state_after([*CODING, ("words", TURN, {"text": "a"})]).talk.version
    assert after > before


def test_nothing_that_a_journal_lacks_stops_the_fold() -> None:
    empty: dict[str, object] = {}
    names = ["step.started", "step.ended", "effect.started", "effect.ended", "effect.failed"]
    names += ["words", "retry", "note", "deliverable", "execution", "run.ended", "interjection"]
    talk = state_after([started(), *((name, "a/b", empty) for name in names)]).talk
    assert isinstance(talk.items[-1], Ended | Interjected)
