"""The transcript: a fold from events to entries that no journal can break."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.journals import (
    AT,
    answered,
    asked,
    committed,
    ended,
    events,
    phase,
    small_run,
    started,
)
from warehouse.events import KINDS
from warehouse.history.chapters import chapters
from warehouse.history.entries import Asking, Began, Committed, Executed, Noted, Said
from warehouse.history.transcript import transcript
from warehouse.journal.journal import Event


def test_a_reply_knows_who_spoke_to_whom_what_was_asked_and_what_it_cost() -> None:
    (said,) = [e for e in transcript(events(small_run())) if isinstance(e, Said)]
    assert (said.speaker, said.listener, said.model) == ("programmer", "cto", "lmstudio:m")
    assert said.prompt == ({"role": "user", "content": "Write the program."},)
    assert said.text == "Here it is: main.py"
    assert (said.prompt_tokens, said.completion_tokens, said.seconds) == (100, 20, 2.0)


def test_a_message_written_once_is_known_wherever_it_is_named() -> None:
    again = asked("1.coding/turn-2", "")
    again[2]["request"] = {"messages": ["m-1.coding/turn-1"]}
    steps = [
        started(),
        asked("1.coding/turn-1", "Write it."),
        answered("1.coding/turn-1", "ok"),
        again,
        answered("1.coding/turn-2", "ok"),
    ]
    last = transcript(events(steps))[-1]
    assert isinstance(last, Said)
    assert last.prompt == ({"role": "user", "content": "Write it."},)


def test_a_price_that_is_not_known_stays_unknown() -> None:
    steps = [started(), asked("w", "?"), answered("w", "!", cost=None)]
    said = transcript(events(steps))[-1]
    assert isinstance(said, Said)
    assert said.cost is None


def test_the_beginning_names_the_roles_and_counts_the_top_steps() -> None:
    began = transcript(events([started()]))[0]
    assert isinstance(began, Began)
    assert began.titles == {"programmer": "Programmer", "cto": "Chief"}
    assert began.top_steps == 2


def test_a_commit_that_changed_nothing_is_no_entry() -> None:
    assert transcript(events(committed("1.coding/commit"))) == []


def test_chapters_are_phases_with_their_rounds_also_when_branches_interleave() -> None:
    round_one = (
        "step.started",
        "2.review/round-1",
        {"name": "review", "kind": "round", "round": 1},
    )
    steps = [
        started(),
        phase("1.all/a", "First branch"),
        phase("1.all/b", "Second branch"),
        ("note", "1.all/a", {"text": "of a"}),
        ("note", "1.all/b", {"text": "of b"}),
        ("note", "1.all/a", {"text": "of a again"}),
        round_one,
        phase("2.review/round-1/comment", "Comment"),
        ended("2.review/round-1/comment", "skipped", "no comments"),
    ]
    found = chapters(transcript(events(steps)))
    assert [chapter.heading for chapter in found] == [
        "",
        "First branch",
        "Second branch",
        "Comment, round 1",
    ]
    notes = [[e.text for e in chapter.entries if isinstance(e, Noted)] for chapter in found]
    assert notes == [[], ["of a", "of a again"], ["of b"], []]
    assert found[3].skipped == "no comments"


kinds = st.sampled_from([*KINDS, "something.new"])
KEYS = [
    *["effect", "ordinal", "result", "request", "messages", "usage", "files", "checks", "text"],
    *["company", "chains", "roles", "task", "cost", "steps", "fields", "id", "role", "content"],
]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("completion"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)
datas = st.dictionaries(st.sampled_from(KEYS), anything, max_size=6)
steps_of = st.lists(st.tuples(kinds, st.text(max_size=8), datas), max_size=12)


@given(steps_of)
def test_no_journal_breaks_it(steps: list[tuple[str, str, dict[str, Any]]]) -> None:
    found = transcript(events(steps))
    assert all(entry.at == AT for entry in found)
    for chapter in chapters(found):
        assert not any(isinstance(entry, Asking) for entry in chapter.entries)


@given(kinds)
def test_an_event_without_data_is_read(kind: str) -> None:
    assert len(transcript([Event.of(0, AT, kind, "", {})])) <= 1


def test_checks_keep_what_happened() -> None:
    entries = transcript(events(small_run()))
    (executed,) = [e for e in entries if isinstance(e, Executed)]
    assert [(c.name, c.ok) for c in executed.checks] == [("syntax", True), ("tests", False)]
    (commit,) = [e for e in entries if isinstance(e, Committed)]
    assert commit.author == "Programmer"
    assert commit.files[0].path == "main.py"
