"""The words behind a commit, found in a journal that may be hostile."""

import time

import pytest

from tests.support.journals import Step, events, forked, started
from tests.support.why import spoken
from warehouse.history.why.account import Account, find_line

PHASE = "2.review/round-1/review_modification"


def account(*steps: Step) -> Account:
    return Account(events([started(), *steps]))


def test_the_reply_is_the_last_that_was_said_in_the_phase_of_the_commit() -> None:
    found = account(
        *spoken("1.coding/turn-1", "Write it", "the program"),
        *spoken(f"{PHASE}/turn-1", "Change it", "nonsense"),
        ("deliverable.rejected", f"{PHASE}/turn-1", {"complaint": "no file in it"}),
        *spoken(f"{PHASE}/turn-1/repair-1", "no file in it", "the change"),
        *spoken("3.manual/turn-1", "Write the manual", "the manual"),
    ).talk(f"{PHASE}/commit")
    assert found is not None
    assert found.reply.text == "the change"
    assert found.reply.prompt[-1]["content"] == "no file in it"
    assert [type(entry).__name__ for entry in found.entries] == ["Said", "Rejected", "Said"]


def test_consent_to_a_reply_is_not_the_reply() -> None:
    found = account(
        *spoken("1.coding/turn-1", "Write it", "the program"),
        *spoken("1.coding/turn-1/remark", "Do you agree?", "AGREED"),
    ).talk("1.coding/commit")
    assert found is not None
    assert found.reply.text == "the program"


def test_what_the_counselor_concluded_is_the_reply() -> None:
    found = account(
        *spoken("1.coding/turn-1", "Write it", "well"),
        *spoken("1.coding/reflection", "Conclude", "the program"),
    ).talk("1.coding/commit")
    assert found is not None
    assert found.reply.text == "the program"


@pytest.mark.parametrize(
    "step", ["2.coding/commit", "1.cod/commit", "1.coding/undo", "", "/commit"]
)
def test_where_nothing_was_said_there_is_no_talk(step: str) -> None:
    assert account(*spoken("1.coding/turn-1", "Write it", "it")).talk(step) is None


def test_an_account_speaks_for_its_run_and_those_it_was_forked_from() -> None:
    assert account().runs == {"20260102-030405-tips-abcd"}
    assert account(forked("2.manual", "fork")).runs == {"20260102-030405-tips-abcd", "fork"}


def test_an_account_knows_which_steps_had_branches() -> None:
    began = [
        ("step.started", "5.docs", {"name": "docs", "kind": "parallel"}),
        ("step.started", "5.docs/manual", {"name": "manual", "kind": "phase"}),
    ]
    assert account(*began).branches.parallel == {"5.docs"}


def test_a_journal_of_nonsense_is_an_account_of_nothing() -> None:
    found = account(
        ("run.forked", "", {"run": 7, "parent": None}),
        ("step.started", "1", {"kind": ["parallel"]}),
        ("effect.ended", "1/turn-1", {"effect": "completion", "result": "?"}),
    )
    assert found.branches.parallel == frozenset()
    assert found.talk("1/commit") is None
    assert Account([]).talk("1/commit") is None
    assert Account([]).runs == frozenset()


def at(reply: str, file: str, number: int) -> int | None:
    return find_line(reply, file.split("\n"), number)


def test_a_line_is_found_in_the_reply() -> None:
    assert at("Here:\n```\na\nb\n```", "a\nb", 2) == 3


def test_indentation_may_differ() -> None:
    assert at("  a\n    b", "    a\n        b", 2) == 1


def test_of_lines_alike_it_is_the_one_with_the_same_neighbours() -> None:
    reply = "### one.py\ndef f():\n    return x\n### two.py\ndef g():\n    return x\nend"
    assert at(reply, "def f():\n    return x", 2) == 2
    assert at(reply, "def g():\n    return x", 2) == 5


def test_of_lines_quite_alike_it_is_the_last() -> None:
    """An edit quotes what was there before it says what shall be there."""
    edit = "<<<<<<< SEARCH\nx\n=======\ny\nx\n>>>>>>> REPLACE"
    assert at(edit, "x", 1) == 4


def test_a_line_that_is_not_in_the_reply_is_not_found() -> None:
    assert at("a\nb", "c", 1) is None


def test_a_hostile_reply_is_searched_in_a_moment() -> None:
    began = time.monotonic()
    blank = "\n" * 20_000
    assert at(blank, blank, 10_000) is not None
    assert time.monotonic() - began < 5
