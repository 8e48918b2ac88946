"""The list of runs shows every run, whatever is in its folder."""

from pathlib import Path

import pytest

from tests.support.journals import (
    AT,
    answered,
    asked,
    events,
    small_run,
    started,
    told,
    write_lines,
    write_run,
)
from warehouse.errors import SofthouseError
from warehouse.events import RunContinued, RunPaused
from warehouse.history.now import Now
from warehouse.history.record import list_runs
from warehouse.history.transcript import transcript
from warehouse.journal.journal import Journal, is_locked


def test_runs_that_ended_and_runs_that_did_not(tmp_path: Path) -> None:
    write_run(tmp_path, small_run(), "20260101-000000-ended-0001")
    write_run(tmp_path, small_run()[:5], "20260102-000000-killed-0002")
    rows = list_runs(tmp_path)
    assert [row.status for row in rows] == ["unverified", "unfinished"]
    assert rows[0].summary is not None
    assert (rows[0].summary.usage.calls, rows[0].summary.usage.tokens) == (1, 120)


def test_a_run_that_goes_on_is_not_told_by_how_it_stopped_before(tmp_path: Path) -> None:
    stopped = {"status": "stopped", "exit_code": 3, "reason": "the call limit of 1"}
    session = [("run.ended", "", stopped), ("run.resumed", "", {})]
    write_run(tmp_path, [*small_run()[:5], *session])
    (row,) = list_runs(tmp_path)
    assert row.summary is not None
    assert (row.status, row.summary.reason, row.summary.ended_at) == ("unfinished", "", "")


def test_a_run_that_a_process_works_on_is_running(tmp_path: Path) -> None:
    folder = write_run(tmp_path, small_run()[:5])
    assert not is_locked(folder / "journal.jsonl")
    journal, _ = Journal.open(folder / "journal.jsonl")
    assert [row.status for row in list_runs(tmp_path)] == ["running"]
    journal.close()
    assert [row.status for row in list_runs(tmp_path)] == ["unfinished"]


def test_a_run_that_is_worked_on_and_paused_is_listed_as_paused(tmp_path: Path) -> None:
    (tmp_path / "20260101-000000-held-0001").mkdir()
    journal = Journal.create(tmp_path / "20260101-000000-held-0001" / "journal.jsonl")
    journal.append(*told(started()))
    journal.append(RunPaused())
    assert [row.status for row in list_runs(tmp_path)] == ["paused"]
    journal.append(RunContinued())
    assert [row.status for row in list_runs(tmp_path)] == ["running"]
    journal.append(RunPaused())
    journal.close()
    assert [row.status for row in list_runs(tmp_path)] == ["unfinished"]


def test_a_torn_last_line_is_no_damage(tmp_path: Path) -> None:
    folder = write_run(tmp_path, small_run()[:5])
    with (folder / "journal.jsonl").open("a") as journal:
        journal.write('{"seq": 5, "at": "2026')
    assert [row.status for row in list_runs(tmp_path)] == ["unfinished"]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["not json"],
        [{"seq": 0}],
        [{"seq": 0, "at": AT, "kind": "note", "where": "", "data": {}}],
        [{"seq": 0, "at": AT, "kind": "run.started", "where": "", "data": {"schema": "9.0"}}],
        [{"seq": 0, "at": AT, "kind": "run.started", "where": "", "data": {"schema": "1.0"}}],
        [{"seq": 0, "at": "soon", "kind": "run.started", "where": "", "data": started()[2]}],
        ["[" * 100_000],
    ],
)
def test_a_journal_that_cannot_be_read_is_shown_as_broken(
    tmp_path: Path, lines: list[object]
) -> None:
    write_lines(tmp_path, "20260101-000000-broken-0001", *lines)
    write_run(tmp_path, small_run(), "20260102-000000-fine-0002")
    broken, fine = list_runs(tmp_path)
    assert (broken.status, broken.summary) == ("broken", None)
    assert broken.problem
    assert fine.status == "unverified"


def test_a_call_with_figures_beyond_all_reckoning_is_passed_over(tmp_path: Path) -> None:
    steps = [started(), asked("1.a/turn-1", ""), answered("1.a/turn-1", "", cost=10**400)]
    [row] = list_runs(write_run(tmp_path, steps).parent)
    assert (row.status, row.summary and row.summary.usage.calls) == ("unfinished", 0)
    now = Now()
    for event, entry in zip(events(steps), transcript(events(steps)), strict=False):
        now.add(event, entry)
    assert now.summary.task == "A tip calculator"


def test_a_run_without_a_journal_is_shown_and_other_folders_are_not(tmp_path: Path) -> None:
    (tmp_path / "20260101-000000-gone-0001").mkdir()
    (tmp_path / "renamed" / "product" / ".git").mkdir(parents=True)
    (tmp_path / "holiday pictures").mkdir()
    (tmp_path / "file").write_text("")
    assert [(r.folder.name, r.status) for r in list_runs(tmp_path)] == [
        ("20260101-000000-gone-0001", "broken"),
        ("renamed", "broken"),
    ]


def test_no_folder_means_no_runs_and_a_file_is_an_error(tmp_path: Path) -> None:
    assert list_runs(tmp_path / "nowhere") == []
    (tmp_path / "file").write_text("")
    with pytest.raises(SofthouseError, match="Not a directory"):
        list_runs(tmp_path / "file")
