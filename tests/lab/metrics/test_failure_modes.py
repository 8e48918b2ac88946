"""MAST's failure modes that a rule can see: journals written by hand, and a real run of a reviewer who is not heeded."""

from pathlib import Path
from typing import Any

import pytest

from company.engine.draft import CHANGED_NOTHING
from company.lab.metrics.measure import measure
from tests.lab.metrics.test_collaboration import PAGE, verdict
from tests.lab.metrics.test_talk import ROLES, measured, said
from tests.support.journals import Step, check_data, committed, ended, events, started
from tests.support.reviewed import measured_review

MODES = (
    "step_repetition",
    "ignored_input",
    "reasoning_action_mismatch",
    "premature_termination",
    "no_verification",
    "incorrect_verification",
)
LONG = " ".join(f"word{n}" for n in range(20))
END: Step = ("run.ended", "", {"status": "verified", "exit_code": 0, "reason": ""})


def files(where: str) -> Step:
    return "deliverable", where, {"phase": "coding", "kind": "files", "files": ["main.py"]}


def executed(where: str, ok: bool | None) -> Step:
    return "execution", where, {"ok": bool(ok), "checks": [check_data("tests", ok)]}


def modes(*steps: Step | list[Step]) -> dict[str, Any]:
    found = measured(started(**ROLES), *steps)
    return {name: found[name] for name in MODES}


def test_a_run_that_has_only_begun_shows_none() -> None:
    assert modes() == dict.fromkeys(MODES)


class TestStepRepetition:
    def test_a_long_reply_that_comes_again_from_the_same_role_is_one(self) -> None:
        again = said("2.change", "programmer", f"{LONG.upper()}!".lower())
        assert modes(said("1.coding", "programmer", LONG), again)["step_repetition"] == 1

    def test_another_role_may_say_the_same(self) -> None:
        both = said("1.coding", "programmer", LONG), said("2.review", "cto", LONG)
        assert modes(*both)["step_repetition"] == 0

    def test_an_approval_that_comes_again_is_none(self) -> None:
        both = said("1.review", "cto", "I approve."), said("2.review", "cto", "I approve.")
        assert modes(*both)["step_repetition"] is None


class TestIgnoredInput:
    def test_it_is_known_where_somebody_did_not_approve(self) -> None:
        assert modes(verdict("1.review", True))["ignored_input"] is None
        assert modes(verdict("1.review", False))["ignored_input"] == 1
        heeded = verdict("1.review", False), committed("2.change", PAGE)
        assert modes(*heeded)["ignored_input"] == 0


class TestReasoningActionMismatch:
    def test_a_phase_that_failed_since_it_changed_nothing_is_one(self) -> None:
        first = files("1.coding"), committed("1.coding/commit", PAGE)
        idle = ended("2.change", "failed", CHANGED_NOTHING)
        assert modes(*first)["reasoning_action_mismatch"] == 0
        assert modes(*first, idle)["reasoning_action_mismatch"] == 1

    def test_a_phase_that_failed_otherwise_is_none(self) -> None:
        failed = ended("1.coding", "failed", "It delivered no program.")
        assert modes(failed)["reasoning_action_mismatch"] is None


class TestTheEnd:
    WORK = committed("1.coding", PAGE)

    def test_what_was_not_delivered_or_has_not_ended_is_not_measured(self) -> None:
        for steps in ([END], [self.WORK]):
            assert modes(*steps)["premature_termination"] is None
            assert modes(*steps)["no_verification"] is None

    def test_nobody_looked_at_the_last_change(self) -> None:
        looked = verdict("2.review", True), executed("3.run", True)
        assert modes(self.WORK, *looked, END)["no_verification"] == 0
        changed = committed("4.change", PAGE)
        assert modes(self.WORK, *looked, changed, END)["no_verification"] == 1

    def test_a_run_that_told_nothing_is_no_look(self) -> None:
        assert modes(self.WORK, executed("2.run", None), END)["no_verification"] == 1

    @pytest.mark.parametrize("last", [verdict("2.review", False), executed("2.run", False)])
    def test_ending_after_a_no_is_premature_unless_something_changed(self, last: Step) -> None:
        assert modes(self.WORK, last, END)["premature_termination"] == 1
        changed = committed("3.change", PAGE)
        assert modes(self.WORK, last, changed, END)["premature_termination"] == 0

    @pytest.mark.parametrize(
        ("passed", "approved", "status", "wrong"),
        [
            (False, True, "unverified", 1),
            (False, None, "verified", 1),
            (False, False, "unverified", 0),
            (True, True, "verified", 0),
        ],
    )
    def test_an_approval_of_what_is_not_complete_is_incorrect(
        self, passed: bool, approved: bool | None, status: str, wrong: int
    ) -> None:
        last = [] if approved is None else [verdict("2.review", approved)]
        end = ("run.ended", "", {"status": status, "exit_code": 0, "reason": ""})
        judged = {"acceptance": [{"name": "a", "passed": passed}]}
        steps = [started(**ROLES), *self.WORK, *last, end]
        found = measure(events([*steps, ("examination", "examination", judged)]), {})
        assert found["incorrect_verification"] == wrong


async def test_a_reviewer_who_is_answered_with_the_same_program_is_seen(tmp_path: Path) -> None:
    program = f'"""{LONG}"""\nprint("a")'
    found = await measured_review(tmp_path, program, program, prints="b")
    shown = {name: found[name] for name in MODES}
    assert shown == dict.fromkeys(MODES, 1) | {"no_verification": 0}
