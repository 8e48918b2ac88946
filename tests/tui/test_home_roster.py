"""All runs in the order, the selection and the groups that were asked for."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.journals import started, write_run
from tui.browser.columns import COLUMNS
from tui.browser.roster import DEMOS, GROUPINGS, GroupHead, Roster, Sums
from tui.browser.run_row import RunRow
from warehouse.events import CheckRecord
from warehouse.history.record import RunRecord, record_of
from warehouse.history.summary import RunSummary
from warehouse.history.usage import Usage
from warehouse.history.watch import Look
from warehouse.runs.folders import demos

PRODUCTS = Path("products")


def look(number: int, status: str = "verified", **fields: object) -> Look:
    folder = PRODUCTS / f"20260101-00000{number}-run-{number}"
    known = {
        "name": f"run {number}",
        "started_at": f"2026-01-01T00:00:0{number}Z",
        "status": status,
    }
    summary = replace(RunSummary(), **{**known, **fields})  # type: ignore[arg-type]
    return Look(folder, RunRecord(folder, status, summary))


def roster(*looks: Look) -> Roster:
    made = Roster()
    made.take(looks)
    return made


def names(of: Roster) -> list[str]:
    return [f"[{line.title}]" if isinstance(line, GroupHead) else line.name for line in of.lines]


def test_the_newest_run_comes_first() -> None:
    assert names(roster(look(1), look(3), look(2))) == ["run 3", "run 2", "run 1"]


def test_a_run_that_is_seen_again_takes_its_own_place() -> None:
    runs = roster(look(1, "running"), look(2))
    runs.take([look(1, "failed")])
    assert [line.status for line in runs.lines if isinstance(line, RunRow)] == [
        "verified",
        "failed",
    ]


def test_a_run_that_is_gone_is_forgotten_with_its_mark() -> None:
    runs = roster(look(1), look(2))
    (second, first) = [line for line in runs.lines if isinstance(line, RunRow)]
    runs.mark(first)
    runs.take([Look(first.folder, None)])
    assert (names(runs), runs.marked) == (["run 2"], {})
    assert runs.place_of(first.key) is None
    assert runs.place_of(second.key) == 0


@pytest.mark.parametrize(
    ("column", "fields", "expected"),
    [
        ("status", [{"status": "failed"}, {"status": "running"}, {"status": "odd"}], [2, 1, 3]),
        ("name", [{"name": "b"}, {"name": "C"}, {"name": "a"}], [3, 1, 2]),
        ("company", [{"company": ""}, {"company": "b"}, {"company": "A"}], [3, 2, 1]),
        ("model", [{"model": "z"}, {"model": "y"}, {"model": "x"}], [3, 2, 1]),
        ("phase", [{"status": "stopped", "where": w} for w in ("3.c", "1.a", "2.b")], [2, 3, 1]),
        ("tokens", [{"usage": Usage(1, n)} for n in (10, 30, 20)], [2, 3, 1]),
        ("cost", [{"usage": Usage(1, known_cost=n)} for n in (0.1, 0.3, 0.2)], [2, 3, 1]),
        ("time", [{"seconds": n} for n in (10, 9, 80)], [3, 1, 2]),
        ("checks", [{"checks": (CheckRecord(ok=ok),)} for ok in (True, False, None)], [2, 3, 1]),
    ],
)
def test_runs_sort_by_any_column_and_the_other_way_round(
    column: str, fields: list[dict[str, object]], expected: list[int]
) -> None:
    runs = roster(*(look(number, **each) for number, each in enumerate(fields, 1)))  # type: ignore[arg-type]
    runs.sort_by(column)
    order = [line.started % 10 for line in runs.lines if isinstance(line, RunRow)]
    assert order == expected
    runs.sort_by(column)
    back = [line.started % 10 for line in runs.lines if isinstance(line, RunRow)]
    assert back == expected[::-1]


def test_runs_that_are_equal_in_a_column_stay_newest_first_either_way() -> None:
    runs = roster(look(1), look(2), look(3))
    runs.sort_by("company")
    assert names(runs) == ["run 3", "run 2", "run 1"]
    runs.reverse()
    assert names(runs) == ["run 3", "run 2", "run 1"]


def test_sorting_goes_through_all_columns_and_comes_back() -> None:
    runs = roster()
    seen = [runs.sorted_by]
    for _ in COLUMNS:
        runs.sort_by_next()
        seen.append(runs.sorted_by)
    assert seen[0] == seen[-1] == "started"
    assert set(seen) == {column.key for column in COLUMNS}
    assert runs.descends


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("tip", ["run 1"]),
        ("TIP calc", ["run 1"]),
        ("tip maze", []),
        ("waterfall", ["run 2"]),
        ("openai failed", ["run 2"]),
        ("ablation", ["run 2"]),
        ("20260101-000001", ["run 1"]),
        ("", ["run 2", "run 1"]),
        ("  ", ["run 2", "run 1"]),
        ("[", []),
    ],
)
def test_runs_are_found_by_words_of_all_that_is_known_of_them(words: str, found: list[str]) -> None:
    runs = roster(
        look(1, task="A tip calculator", company="pair"),
        look(2, "failed", company="waterfall", model="openai:m", experiment="ablation"),
    )
    runs.look_for(words)
    assert (names(runs), runs.shown) == (found, len(found))


def test_groups_follow_one_another_as_their_first_runs_do() -> None:
    runs = roster(look(1, company="pair"), look(2, company="solo"), look(3, company="pair"))
    runs.group_by_next()
    assert runs.grouped_by == "experiment"
    assert names(runs) == ["[no experiment]", "run 3", "run 2", "run 1"]
    runs.group_by_next()
    assert runs.grouped_by == "company"
    assert names(runs) == ["[pair]", "run 3", "run 1", "[solo]", "run 2"]
    for _ in range(len(GROUPINGS) - 1):
        runs.group_by_next()
    assert (runs.grouped_by, names(runs)) == ("", ["run 3", "run 2", "run 1"])


def test_a_folded_group_shows_its_head_alone() -> None:
    runs = roster(look(1, company="pair"), look(2, company="solo"))
    runs.group_by_next()
    runs.group_by_next()
    head = runs.lines[0]
    assert isinstance(head, GroupHead)
    runs.fold(head.key)
    assert names(runs) == ["[solo]", "[pair]", "run 1"]
    runs.fold(head.key)
    assert names(runs) == ["[solo]", "run 2", "[pair]", "run 1"]


def test_a_head_tells_what_its_runs_come_to() -> None:
    runs = [
        look(1, usage=Usage(2, 1_000, 0, 0.5)),
        look(2, "failed", usage=Usage(1, 0, 234, 1.0)),
    ]
    lines = [line for line in roster(*runs).lines if isinstance(line, RunRow)]
    assert Sums.of(lines).in_words == "2 runs · 1 of 2 verified · 1,234 tokens · $1.50"
    assert Sums.of(lines).by_status() == [("verified", 1), ("failed", 1)]
    assert Sums.of([]).in_words == "0 runs · 0 of 0 verified · 0 tokens"


def test_demos_come_last_whatever_the_order_and_are_not_counted() -> None:
    runs = roster(look(1))
    runs.take([Look(folder, record_of(folder)) for folder in demos().values()])
    for _ in COLUMNS:
        runs.sort_by_next()
        assert names(runs)[:2] == ["run 1", f"[{DEMOS}]"]
    assert len(runs.runs) == 1
    runs.fold(DEMOS)
    assert names(runs) == ["run 1", f"[{DEMOS}]"]


def test_hostile_names_sort_group_and_fold(tmp_path: Path) -> None:
    evil = ["\x1b[2J", "[/]", "\u202e", "\ud800", "a" * 10_000]
    runs = Roster()
    for number, name in enumerate(evil):
        task = {"text": name, "images": [], "source": None}
        folder = write_run(tmp_path, [started(name=name, task=task)], f"20260101-000000-{number}")
        runs.take([Look(folder, record_of(folder))])
    for _ in COLUMNS:
        runs.sort_by_next()
        assert len(runs.lines) == len(evil)
    for _ in GROUPINGS:
        runs.group_by_next()
        assert len(runs.lines) > len(evil)
    assert runs.grouped_by == "task"
    for line in list(runs.lines):
        if isinstance(line, GroupHead):
            runs.fold(line.key)
    assert all(isinstance(line, GroupHead) for line in runs.lines)
