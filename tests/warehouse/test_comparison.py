"""Two runs side by side: what differs is told, what is the same is known to be the same."""

import sys
from typing import Any

import pytest

from tests.support.journals import (
    Step,
    answered,
    asked,
    check_data,
    committed,
    ended,
    events,
    phase,
    small_run,
    started,
)
from warehouse.history.compare.compare import Comparison, SharedPast, Side, compare, shared_past
from warehouse.history.compare.facts import Row
from warehouse.history.compare.files import MOST_LINES, FileRow, Version, file_rows, files_in
from warehouse.history.summary import SummaryFold

OTHER = "20260102-040506-tips-efgh"


def side(steps: list[Step], product: dict[str, bytes] | None = None) -> Side:
    """A run of these steps, with a product of these files."""
    told = events(steps)
    return Side(told, "verified", SummaryFold(told).summary, product)


def compared(a: list[Step], b: list[Step]) -> Comparison:
    return compare(side(a), side(b))


def differing(rows: tuple[Row, ...]) -> dict[str, tuple[Any, Any]]:
    """The rows that differ, by name."""
    return {row.name: (row.a, row.b) for row in rows if row.differs}


def company(**more: Any) -> dict[str, Any]:
    """A frozen company with a role and a phase."""
    cards = {
        "company": {"name": "pair", "title": "Pair", "culture": "", "chain": "pair"},
        "roles": {"programmer": {"title": "Programmer", "prompt": "You write.", "human": False}},
        "phases": {"coding": {"title": "Coding", "talk": {"turns": 1, "clarify": 0}}},
        "chains": {"pair": {"steps": ["coding"]}},
    }
    return {**cards, **more}


def delivered(where: str, kind: str, **fields: Any) -> Step:
    name = where.rpartition("/")[2].rpartition(".")[2]
    return "deliverable", where, {"phase": name, "kind": kind, "fields": fields}


def executed(*checks: dict[str, Any], summary: str = "") -> Step:
    return "execution", "2.run_tests", {"verified": True, "summary": summary, "checks": [*checks]}


def forked(at: str, order: dict[str, Any], **changes: Any) -> Step:
    data = {"run": OTHER, "name": "Tips", "parent": "20260102-030405-tips-abcd", "at": at}
    return "run.forked", "", {**data, "set": changes, "order": {**order, "run": OTHER}}


def test_a_run_compared_with_itself_differs_in_nothing() -> None:
    found = compared(small_run(), small_run())
    parts = found.order, found.cards, found.checks, found.outcome
    for rows in parts:
        assert rows
        assert not differing(rows)
    assert found.shared.events == len(small_run())


def test_what_differs_in_the_order_is_told_by_name() -> None:
    a = [started()]
    b = [
        started(
            task={"text": "A chess clock", "images": ["a.png"], "source": "/there"},
            seed=2,
            sandbox="docker",
            limits={"calls": 9},
            human_roles=["cto"],
        )
    ]
    assert differing(compared(a, b).order) == {
        "task": ("A tip calculator", "A chess clock"),
        "images": ([], ["a.png"]),
        "existing program": (None, "/there"),
        "people": ([], ["cto"]),
        "seed": (1, 2),
        "sandbox": ("none", "docker"),
        "limit of calls": (None, 9),
    }


def test_the_name_and_the_id_of_a_run_make_no_difference() -> None:
    assert not differing(compared([started()], [started(run=OTHER, name="Other")]).order)


def test_one_other_model_for_everyone_is_one_difference() -> None:
    a = started(model="x:m", role_models={"cto": "x:m", "programmer": "x:m"})
    b = started(model="y:m", role_models={"cto": "y:m", "programmer": "y:m"})
    assert differing(compared([a], [b]).order) == {"model": ("x:m", "y:m")}


def test_models_of_single_roles_are_told_together_where_they_are_the_same() -> None:
    roles = "cto", "programmer", "tester", "reviewer"
    a = started(model="x:m", role_models=dict.fromkeys(roles, "x:m"))
    b = started(
        model="x:m",
        role_models={"cto": "x:m", "programmer": "y:m", "tester": "z:m", "reviewer": "y:m"},
    )
    assert differing(compared([a], [b]).order) == {
        "model of programmer, reviewer": ("x:m", "y:m"),
        "model of tester": ("x:m", "z:m"),
    }


def test_cards_are_compared_field_by_field() -> None:
    a = started(company=company())
    b = started(
        company=company(
            company={"name": "pair", "title": "Pair", "culture": "Be brief.", "chain": "pair"},
            roles={"programmer": {"title": "Programmer", "prompt": "You code.", "human": False}},
            phases={"coding": {"title": "Coding", "talk": {"turns": 3, "clarify": 0}}},
        )
    )
    found = compared([a], [b]).cards
    assert differing(found) == {
        "company: culture": ("", "Be brief."),
        "role programmer: prompt": ("You write.", "You code."),
        "phase coding: talk.turns": (1, 3),
    }
    assert "phase coding: talk.clarify" in {row.name for row in found}


def test_a_card_that_only_one_has_is_one_difference() -> None:
    more = {"title": "Reviewer", "prompt": "You review.", "human": False}
    a = company()
    b = company(
        roles={**a["roles"], "reviewer": more}, chains={"solo": {"steps": ["coding", "manual"]}}
    )
    assert differing(compared([started(company=a)], [started(company=b)]).cards) == {
        "role reviewer": (None, "Reviewer"),
        "chain pair": (["coding"], None),
        "chain solo": (None, ["coding", "manual"]),
    }


def test_a_fork_and_its_parent_share_what_was_before_the_fork() -> None:
    begun = started()
    shared = [
        begun,
        phase("1.coding", "Coding"),
        asked("1.coding/turn-1", "?"),
        answered("1.coding/turn-1", "main.py"),
        ended("1.coding"),
    ]
    parent = [*shared, phase("2.testing", "Testing"), ended("2.testing")]
    order = {**begun[2], "seed": 7, "model": "y:m"}
    fork = [
        *shared,
        forked("2.testing", order, seed=7, model="y:m"),
        phase("2.testing", "Testing"),
        asked("2.testing/turn-1", "?"),
        answered("2.testing/turn-1", "Fine."),
    ]
    found = compared(parent, fork)
    assert found.shared == SharedPast(events=5, step="1.coding", calls=1)
    assert differing(found.order) == {
        "model": ("lmstudio:m", "y:m"),
        "seed": (1, 7),
        "forked from": (None, "20260102-030405-tips-abcd"),
        "at": (None, "2.testing"),
        "set": (None, {"seed": 7, "model": "y:m"}),
    }
    outcome = {row.name: (row.a, row.b) for row in found.outcome}
    assert outcome["calls"] == (1, 1)
    assert outcome["calls shared with the parent"] == (None, 1)


def test_runs_that_began_apart_share_nothing() -> None:
    assert compared([started()], [started(run=OTHER)]).shared == SharedPast(0, "", 0)


def test_decisions_are_compared_by_phase_and_field_and_the_last_one_counts() -> None:
    a = [
        started(),
        delivered("1.design", "decision", files=["main.py"], language="Python"),
        delivered("2.design", "decision", files=["main.py", "tip.py"]),
    ]
    b = [
        started(),
        delivered("1.design", "decision", files=["main.py"], language="Python"),
    ]
    found = compared(a, b).decisions
    assert differing(found) == {"design: files": (["main.py", "tip.py"], ["main.py"])}
    assert len(found) == 2


def test_verdicts_are_compared_by_phase_and_round() -> None:
    first, second = "3.review/round-1/review_comment", "3.review/round-2/review_comment"
    a = [started(), delivered(first, "verdict", approved=True, comments=[])]
    b = [
        started(),
        delivered(first, "verdict", approved=False, comments=["no", "no"]),
        delivered(second, "verdict", approved=True, comments=[]),
    ]
    assert differing(compared(a, b).verdicts) == {
        "review_comment, round 1": (
            {"approved": True, "comments": 0},
            {"approved": False, "comments": 2},
        ),
        "review_comment, round 2": (None, {"approved": True, "comments": 0}),
    }


def test_a_phase_that_judges_twice_in_one_round_has_two_verdicts() -> None:
    where = "3.review/round-1/review_comment"
    steps = [started(), *2 * [delivered(where, "verdict", approved=True)]]
    assert [row.name for row in compared(steps, steps).verdicts] == [
        "review_comment, round 1",
        "review_comment, round 1 (2)",
    ]


def test_the_checks_of_the_last_execution_are_compared_without_their_time() -> None:
    slow = {**check_data("start", True), "seconds": 9.0}
    a = [started(), executed(check_data("start", False)), executed(check_data("start", True))]
    b = [started(), executed(slow, check_data("tests", False))]
    assert differing(compared(a, b).checks) == {
        "tests": (None, {"ok": False, "exit_code": 1, "remark": ""})
    }


def test_an_execution_without_checks_says_why() -> None:
    found = compared([started(), executed(summary="nothing was run")], [started()]).checks
    assert differing(found) == {"checks": ("nothing was run", None)}


def test_figures_of_the_outcome_are_compared() -> None:
    cheap = [started(), asked("1.a", "?"), answered("1.a", "!", cost=0.25)]
    dear = [*cheap, asked("2.a", "?"), answered("2.a", "!", cost=None)]
    found = differing(compare(side(cheap), Side(events(dear), "stopped", None)).outcome)
    assert found["status"] == ("verified", "stopped")
    found = differing(compared(cheap, dear).outcome)
    assert found["calls"] == (1, 2)
    assert found["prompt tokens"] == (100, 200)
    assert found["completion tokens"] == (20, 40)
    assert found["cost"] == (0.25, None)


def rows_by_path(a: dict[str, bytes], b: dict[str, bytes]) -> dict[str, FileRow]:
    found = file_rows(
        {path: Version.of(content) for path, content in a.items()},
        {path: Version.of(content) for path, content in b.items()},
    )
    return {row.path: row for row in found}


def test_files_are_told_as_same_changed_or_only_in_one() -> None:
    found = rows_by_path(
        {"main.py": b"a\nb\nc\n", "same.py": b"x\n", "gone.py": b"1\n2\n"},
        {"main.py": b"a\nB\nc\nd\n", "same.py": b"x\n", "new.py": b"1\n"},
    )
    told = {path: (row.state, row.added, row.removed) for path, row in found.items()}
    assert told == {
        "gone.py": ("only in a", 0, 2),
        "main.py": ("changed", 2, 1),
        "new.py": ("only in b", 1, 0),
        "same.py": ("same", 0, 0),
    }


def test_a_patch_leads_from_one_version_to_the_other() -> None:
    found = rows_by_path(
        {"main.py": b"a\nb\n", "gone.py": b"1\n"}, {"main.py": b"a\nc", "new.py": b"2\n"}
    )
    assert found["main.py"].patch() == (
        "--- a/main.py\n+++ b/main.py\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n"
    )
    assert found["gone.py"].patch().startswith("--- a/gone.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n")
    assert found["new.py"].patch().startswith("--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+2\n")


def test_a_file_that_lacks_only_its_last_newline_has_changed() -> None:
    row = rows_by_path({"a": b"x\n"}, {"a": b"x"})["a"]
    assert (row.state, row.added, row.removed) == ("changed", 1, 1)


def test_an_empty_file_that_only_one_has_has_a_patch_without_lines() -> None:
    row = rows_by_path({}, {"__init__.py": b""})["__init__.py"]
    assert (row.state, row.added, row.removed) == ("only in b", 0, 0)
    assert "+" not in row.patch()


def test_binary_files_are_compared_as_a_whole() -> None:
    row = rows_by_path({"a.png": b"\0a"}, {"a.png": b"\0b"})["a.png"]
    assert (row.state, row.added, row.removed) == ("changed", None, None)
    assert "no text" in row.patch()


def test_very_long_files_are_compared_as_a_whole() -> None:
    lines = b"x\n" * MOST_LINES
    row = rows_by_path({"a": lines}, {"a": b"y\n" + lines})["a"]
    assert (row.state, row.added, row.removed) == ("changed", None, None)
    assert "too many lines" in row.patch()
    assert rows_by_path({}, {"a": lines})["a"].added == MOST_LINES


def recorded(
    where: str, digest: str | None, path: str = "main.py", done: str = "added"
) -> list[Step]:
    """A commit of one file with the digest of its content."""
    begun, over = committed(where, (path, done, 1, 0))
    begun[2]["request"]["files"] = {path: digest}
    return [begun, over]


def test_where_a_product_is_gone_its_journal_tells_the_files() -> None:
    steps = [
        started(),
        *recorded("1.a", "d1"),
        *recorded("2.a", "d2", done="changed"),
        *recorded("3.a", "d3", path="old.py"),
        *recorded("4.a", None, path="old.py", done="deleted"),
    ]
    assert files_in(events(steps)) == {"main.py": Version("d2")}


def test_a_commit_that_was_begun_and_never_made_does_not_count() -> None:
    assert files_in(events([started(), recorded("1.a", "d1")[0]])) == {}


def test_a_product_and_a_journal_are_compared_by_digest() -> None:
    there = Version.of(b"x\n")
    steps = [started(), *recorded("1.a", there.digest)]
    (same,) = compare(side(steps), side(steps, {"main.py": b"x\n"})).files
    (changed,) = compare(side(steps), side(steps, {"main.py": b"y\n"})).files
    assert (same.state, changed.state) == ("same", "changed")
    assert (changed.added, changed.removed) == (None, None)
    assert "no text" in changed.patch()


def test_a_file_of_unknown_content_is_not_said_to_be_the_same() -> None:
    steps = [started(), *committed("1.a", ("main.py", "added", 1, 0))]
    (row,) = compared(steps, steps).files
    assert row.state == "unknown"


def deep(levels: int) -> dict[str, Any]:
    """A value nested so deep."""
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"a": [value]}
    return value


def test_what_is_nested_too_deep_to_be_compared_is_not_shared() -> None:
    too_deep = sys.getrecursionlimit()
    a, b = ([started(), ("deliverable", "", {"fields": deep(too_deep)})] for _ in range(2))
    assert shared_past(events(a), events(b)).events == 1


@pytest.mark.parametrize(
    "steps",
    [
        [started(company=7, task="x", role_models=[], limits=[1], seed={}, human_roles=4)],
        [started(company={"company": [], "roles": {"a": 1}, "phases": 3, "chains": {"c": None}})],
        [started(company=deep(400), limits=deep(400), seed=deep(400))],
        [started(role_models={"cto": [1], "b": None}, model=[])],
        [started(), ("run.forked", "", {"order": 3, "set": [], "parent": {}, "at": 2})],
        [started(), ("run.forked", "", {})],
        [started(), ("deliverable", "a", {"kind": "verdict", "fields": {"comments": 3}})],
        [started(), ("deliverable", "a", {"kind": "decision", "fields": deep(400)})],
        [started(), ("deliverable", "round-", {"kind": "verdict", "phase": [], "fields": None})],
        [started(), ("execution", "", {"checks": [{"name": [], "ok": 3}, 7], "verified": 1})],
        [started(), ("effect.ended", "", {"effect": "commit", "result": {"files": [3, {}]}})],
        [started(), ("effect.started", "", {"effect": "commit", "request": {"files": [1]}})],
        [started(), ("effect.ended", "", {"effect": "commit", "ordinal": "x", "result": []})],
    ],
)
def test_hostile_journals_are_compared_all_the_same(steps: list[Step]) -> None:
    hostile = Side(events(steps), "broken")
    assert not differing(compare(hostile, hostile).order)
    assert compare(side([started()]), hostile).shared.events in (0, 1)
    assert compare(hostile, side(small_run())).files


def test_no_events_at_all_are_compared_too() -> None:
    assert compare(Side([], "broken"), Side([], "broken")).order == ()
