"""What a line of the run browser says of a run, and which columns there is room for."""

from itertools import pairwise
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.support.browsing import NOW
from tests.support.journals import AT, small_run, started, write_lines, write_run
from tui.browser.columns import COLUMNS, GAP, ago, cost_of, count, laid_out
from tui.browser.run_row import LONGEST_NAME, LONGEST_TASK, RunRow, phase_of, run_row
from tui.text.line import fitted
from warehouse.history.record import RunRecord, record_of
from warehouse.history.summary import RunSummary
from warehouse.history.usage import Usage
from warehouse.history.watch import Look
from warehouse.runs.folders import demos

EVIL = "\x1b[2J\x1b]52;c;aGk=\x07\u202e[/red][@click=app.quit]\r\nx"
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def glance(folder: Path) -> RunRow:
    row = record_of(folder)
    return run_row(Look(folder, row), row)


def cell(run: RunRow, key: str, now: float = NOW) -> str:
    column = next(column for column in COLUMNS if column.key == key)
    return "".join(words for words, _ in column.cell(run, now))


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (0, "just now"),
        (59, "just now"),
        (MINUTE, "1 min ago"),
        (59 * MINUTE, "59 min ago"),
        (HOUR, "1 h ago"),
        (23 * HOUR, "23 h ago"),
        (DAY, "1 day ago"),
        (6 * DAY, "6 days ago"),
        (-30, "just now"),
    ],
)
def test_moments_are_told_as_people_tell_them(passed: int, said: str) -> None:
    assert ago(NOW - passed, NOW) == said


@pytest.mark.parametrize("then", [0.0, 1e10, -1e18, 1e18, NOW - 7 * DAY, NOW + DAY])
def test_dates_of_any_year_fit_into_their_column(then: float) -> None:
    assert len(ago(then, NOW)) <= 10


def test_earlier_years_are_told() -> None:
    assert ago(NOW - 365 * DAY, NOW) == "Jan 2025"
    assert ago(NOW + 30 * DAY + 12 * HOUR, NOW) == "2 Feb"


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("1.coding", "Coding"),
        ("3.review/round-2/review_comment", "Review comment, round 2"),
        ("3.review/round-2", "Review, round 2"),
        ("4.docs/b.1/manual~2", "Manual"),
        ("handover", "Handover"),
        ("", ""),
        ("round-1", ""),
    ],
)
def test_a_step_is_told_by_its_phase_and_round(where: str, said: str) -> None:
    assert phase_of(where) == said


def test_costs_are_told_as_far_as_they_are_known() -> None:
    assert cost_of(Usage()) == "–"
    assert cost_of(Usage(3, unpriced_calls=3)) == "–"
    assert cost_of(Usage(3)) == "$0"
    assert cost_of(Usage(3, known_cost=0.0123)) == "$0.0123"
    assert cost_of(Usage(3, known_cost=1.5, unpriced_calls=1)) == "$1.50+"
    assert [count(n) for n in (0, 1_234, 9_999_999)] == ["0", "1,234", "9,999,999"]
    assert len(count(123_456_789)) <= 9


def test_a_run_is_told_column_by_column(tmp_path: Path) -> None:
    run = glance(write_run(tmp_path, small_run()))
    assert {column.key: cell(run, column.key) for column in COLUMNS} == {
        "status": "– unverified",
        "name": "Tips  A tip calculator",
        "company": "pair",
        "model": "lmstudio:m",
        "phase": "",
        "checks": "✓1 ✗1",
        "tokens": "120",
        "cost": "$0",
        "time": "0:00",
        "started": "21 h ago",
    }
    assert run.reason == "tests failed"


def test_a_run_that_has_not_ended_tells_where_it_is(tmp_path: Path) -> None:
    run = glance(write_run(tmp_path, small_run()[:10]))
    assert (run.status, run.phase) == ("unfinished", "Run tests, round 1")


def test_a_task_that_begins_with_the_name_is_not_told_twice(tmp_path: Path) -> None:
    run = glance(write_run(tmp_path, [started(name="A tip")]))
    assert cell(run, "name") == "A tip calculator"


def test_time_passes_for_a_run_at_work_and_for_no_other(tmp_path: Path) -> None:
    folder = write_run(tmp_path, small_run()[:5])
    summary = record_of(folder).summary
    assert summary is not None
    look = Look(folder, None, changed_at=NOW)
    working, resting = (
        run_row(look, RunRecord(folder, status, summary)) for status in ("running", "stopped")
    )
    assert (cell(working, "time", NOW + 65), cell(resting, "time", NOW + 65)) == ("1:05", "0:00")


def test_a_broken_run_tells_its_problem_and_its_time_by_its_name(tmp_path: Path) -> None:
    run = glance(write_lines(tmp_path, "20260102-030405-tips-abcd", "not json"))
    assert cell(run, "status") == "! broken"
    assert "journal.jsonl:1" in run.reason
    assert cell(run, "started") == "21 h ago"
    assert cell(run, "name").startswith("20260102-030405-tips-abcd")


def test_demos_are_known_as_such() -> None:
    assert all(glance(folder).is_demo for folder in demos().values())


@pytest.mark.parametrize("width", [*range(1, 90, 7), *range(90, 260, 19)])
def test_columns_fill_any_width_and_none_overlaps_another(width: int) -> None:
    laid = laid_out(width)
    assert [each.column.key for each in laid if each.column.priority == 0] == [
        *("status", "name", "started")
    ]
    ends = [each.start + each.width + GAP for each in laid]
    assert ends[:-1] == [each.start for each in laid[1:]]
    if width >= 60:
        assert laid[-1].start + laid[-1].width == width


def test_less_important_columns_go_first_as_the_window_gets_narrow() -> None:
    shown = [{each.column.key for each in laid_out(width)} for width in range(60, 260)]
    assert all(narrow <= wide for narrow, wide in pairwise(shown))
    assert {"checks", "time"} <= shown[80 - 4 - 60]
    assert {"tokens", "cost", "company"} <= shown[120 - 4 - 60]
    assert len(shown[200 - 4 - 60]) == len(COLUMNS)


@pytest.mark.parametrize("words", ["", "abc", "a" * 40, "名前" * 20, "e\u0301" * 30, "👩‍💻" * 9])
@pytest.mark.parametrize("width", [0, 1, 2, 7, 20])
def test_words_fill_their_cells_exactly(words: str, width: int) -> None:
    for right in (False, True):
        pieces = fitted([(words, ""), ("tail", "")], width, right=right)
        assert cell_len("".join(piece for piece, _ in pieces)) == width


@pytest.mark.parametrize("value", ["", EVIL, "x" * 10**6])
def test_whatever_a_journal_holds_a_run_has_a_safe_line(tmp_path: Path, value: str) -> None:
    summary = RunSummary(
        run=value, name=value, parent=value, forked_at=value, task=value, company=value,
        chain=value, model=value, experiment=value, started_at=value, status=value, reason=value,
        where=value,
    )  # fmt: skip
    folder = tmp_path / "20269999-999999-no-time"
    run = run_row(Look(folder, None), RunRecord(folder, value, summary, value))
    for column in COLUMNS:
        said = cell(run, column.key)
        assert not any(character in said for character in "\x1b\x07\u202e\r\n")
    assert len(run.name) <= LONGEST_NAME + 50
    assert len(run.task) <= LONGEST_TASK + 50
    for column in COLUMNS:
        assert sorted([run, run], key=column.sort_key) == [run, run]


def test_a_run_of_an_impossible_time_has_none(tmp_path: Path) -> None:
    lines = [{"seq": 0, "at": AT, "kind": "run.started", "where": "", "data": started()[2]}]
    run = glance(write_lines(tmp_path, "20269999-999999-no-time", *lines))
    assert run.started > 0
    broken = glance(write_lines(tmp_path, "20269999-999999-broken", "no"))
    assert cell(broken, "started") == "–"
