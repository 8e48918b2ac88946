"""How roles worked on each other's work: journals written by hand, and a review whose commits are really tried."""

from pathlib import Path
from typing import Any

import pytest

from company.lab.metrics.measure import measure
from tests.lab.metrics.test_talk import ROLES, measured, said
from tests.support.journals import Step, committed, events, started
from tests.support.reviewed import measured_review

PAGE = ("main.py", "changed", 1, 1)


def verdict(where: str, approved: object) -> Step:
    fields = {"approved": approved, "comments": []}
    return "deliverable", where, {"phase": "review", "kind": "verdict", "fields": fields}


class TestReviewing:
    def test_without_a_verdict_there_is_neither_approval_nor_uptake(self) -> None:
        found = measured(started(), committed("1.coding", PAGE))
        assert (found["approval_rate"], found["uptake"]) == (None, None)

    def test_criticism_is_taken_up_where_files_change_before_the_next_verdict(self) -> None:
        found = measured(
            started(),
            verdict("2.review/round-1/review", False),
            committed("2.review/round-1/change", PAGE),
            committed("2.review/round-1/again", PAGE),
            verdict("2.review/round-2/review", False),
            verdict("2.review/round-3/review", True),
            committed("2.review/round-3/change", PAGE),
        )
        assert found["approval_rate"] == pytest.approx(1 / 3)
        assert found["uptake"] == 0.5

    def test_a_commit_of_no_files_takes_up_nothing(self) -> None:
        found = measured(started(), verdict("2.review", False), committed("3.change"))
        assert found["uptake"] == 0.0

    def test_what_is_changed_when_the_loop_has_ended_is_not_for_its_review(self) -> None:
        found = measured(
            started(),
            verdict("2.review/round-1/review", False),
            committed("3.manual", ("README.md", "added", 5, 0)),
        )
        assert found["uptake"] == 0.0

    @pytest.mark.parametrize("approved", [None, "yes", 1, []])
    def test_what_is_no_verdict_is_none(self, approved: object) -> None:
        assert measured(started(), verdict("2.review", approved))["approval_rate"] is None


class TestTurnEntropy:
    def of(self, *speakers: str) -> Any:
        turns = [said(f"{n}.talk/turn-1", speaker, "a") for n, speaker in enumerate(speakers, 1)]
        return measured(started(**ROLES), *turns)["turn_entropy"]

    def test_it_is_0_for_one_speaker_and_1_where_all_speak_as_often(self) -> None:
        assert (self.of(), self.of("cto", "cto")) == (None, 0.0)
        assert self.of("cto", "programmer", "tester") == pytest.approx(1.0)

    def test_three_turns_to_one_are_0_81_bits(self) -> None:
        # -(3/4 log2 3/4 + 1/4 log2 1/4), of at most 1 bit
        assert self.of("cto", "cto", "programmer", "cto") == pytest.approx(0.811278, abs=1e-6)


class TestRedundancy:
    def of(self, *replies: str) -> Any:
        turns = [said(f"{n}.talk/turn-1", "cto", text) for n, text in enumerate(replies, 1)]
        return measured(started(**ROLES), *turns)["redundancy"]

    def test_phrases_have_eight_words(self) -> None:
        assert self.of("one two three four five six seven") is None
        assert self.of("one two three four five six seven eight") == 0.0

    def test_what_comes_again_in_the_same_order_is_said_again(self) -> None:
        first = "def tip of bill return bill times two"
        # Eight words are one phrase, nine are two, of which the first was said before.
        assert self.of(first, f"{first.upper()}; percent") == pytest.approx(1 / 3)
        assert self.of(first, " ".join(reversed(first.split()))) == 0.0

    def test_a_reply_that_had_to_be_given_again_says_nothing_again(self) -> None:
        text = "one two three four five six seven eight"
        first = said("1.coding/turn-1", "cto", text)
        found = measured(started(), first, said("1.coding/turn-1/repair-1", "cto", text))
        assert found["redundancy"] == 0.0


class TestMending:
    def of(self, *history: list[bool], speaker: str = "programmer") -> Any:
        """Each commit with how its checks went; the second one is the speaker's."""
        shas = [f"{number:040x}" for number in range(len(history))]
        steps = [started(**ROLES)]
        for sha in shas[1:]:
            begun, ended = committed(f"{sha[-1]}.coding", PAGE)
            begun[2]["speaker"], ended[2]["result"] = speaker, ended[2]["result"] | {"sha": sha}
            steps += [begun, ended]
        outcomes = [
            {"commit": sha, "passed": passed} for sha, passed in zip(shas, history, strict=True)
        ]
        found = {"acceptance": [{"name": "a", "passed": True}], "history": outcomes}
        return measure(events([*steps, ("examination", "examination", found)]), {})

    def test_each_check_that_turns_counts_at_each_turn_for_whose_commit_it_was(self) -> None:
        found = self.of([True, False, False], [False, True, True], [True, True, True])
        assert (found["checks_mended"], found["checks_broken"]) == (3, 1)
        assert (found["checks_mended.programmer"], found["checks_broken.programmer"]) == (3, 1)
        assert (found["checks_mended.cto"], found["checks_broken.cto"]) == (0, 0)

    def test_what_the_house_did_itself_is_no_roles(self) -> None:
        found = self.of([True], [False], speaker="")
        assert (found["checks_broken"], found["checks_broken.programmer"]) == (1, 0)

    def test_of_one_commit_nothing_was_mended(self) -> None:
        assert (self.of()["checks_mended"], self.of()["checks_broken"]) == (0, 0)

    def test_where_no_check_was_tried_nothing_is_known(self) -> None:
        assert measured(started())["checks_mended"] is None

    def test_histories_that_do_not_fit_together_are_no_error(self) -> None:
        assert self.of([True, True], [], [False])["checks_broken"] == 0


async def test_a_review_that_breaks_and_mends_is_seen_in_the_checks_of_its_commits(
    tmp_path: Path,
) -> None:
    """Each commit of the line that was delivered is tried with the task's checks, the first draft on."""
    programs = (f"print('{words}')" for words in ("a", "b", "ab", "ab "))
    found = await measured_review(tmp_path, *programs, prints="ab")
    # "a" passes the first check only, "b" the second only, "ab" both.
    assert (found["checks_mended"], found["checks_broken"], found["completed"]) == (2, 1, 1.0)
    assert (found["checks_mended.programmer"], found["checks_mended.code_reviewer"]) == (2, 0)
    assert (found["approval_rate"], found["uptake"]) == (0.0, 1.0)
