"""Watching a folder of runs: everything is seen once, and afterwards only what has changed."""

import os
from pathlib import Path

from tests.support.journals import (
    answered,
    asked,
    ended,
    small_run,
    started,
    told,
    write_lines,
    write_run,
)
from warehouse.events import RunEnded, RunResumed
from warehouse.history.record import RunRecord
from warehouse.history.watch import AT_A_TIME, RunWatch
from warehouse.journal.journal import Journal

ENOUGH = 60.0
"""Seconds in which everything is read."""


def rows(watch: RunWatch, seconds: float = ENOUGH) -> list[RunRecord | None]:
    return [look.row for look in watch.look(seconds)]


def statuses(watch: RunWatch) -> list[str]:
    return [row.status if row else "gone" for row in rows(watch)]


def name(number: int) -> str:
    return f"2026010{number}-000000-run-000{number}"


def begin(folder: Path, *, kept: int = 4) -> Journal:
    """A run that is being worked on, as far as its first steps."""
    folder.mkdir(parents=True)
    journal = Journal.create(folder / "journal.jsonl")
    for step in small_run()[:kept]:
        journal.append(*told(step))
    return journal


def test_every_run_is_seen_once_the_newest_first(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        write_run(tmp_path, small_run(), name(number))
    watch = RunWatch(tmp_path)
    assert [look.folder.name for look in watch.look(ENOUGH)] == [name(3), name(2), name(1)]
    assert watch.look(ENOUGH) == []


def test_reading_stops_when_time_is_up_and_goes_on_with_the_next_look(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        write_run(tmp_path, small_run(), name(number))
    ticks = iter(range(1_000))
    watch = RunWatch(tmp_path, clock=lambda: float(next(ticks)))
    assert (len(watch.look(1.5)), watch.unread) == (1, 2)
    assert (len(watch.look(1.5)), watch.unread) == (1, 1)


def test_a_folder_that_is_not_there_yet_has_no_runs_until_it_is(tmp_path: Path) -> None:
    watch = RunWatch(tmp_path / "products")
    assert (watch.look(ENOUGH), watch.problem) == ([], "")
    write_run(tmp_path / "products", small_run())
    assert statuses(watch) == ["unverified"]


def test_runs_that_come_and_go_are_noticed(tmp_path: Path) -> None:
    watch = RunWatch(tmp_path)
    assert statuses(watch) == []
    folder = write_run(tmp_path, small_run())
    assert statuses(watch) == ["unverified"]
    folder.rename(tmp_path.parent / folder.name)
    assert statuses(watch) == ["gone"]
    assert statuses(watch) == []


def test_a_run_at_work_is_told_of_as_its_journal_grows(tmp_path: Path) -> None:
    journal = begin(tmp_path / name(1))
    watch = RunWatch(tmp_path)
    assert statuses(watch) == ["running"]
    assert statuses(watch) == []
    journal.append(*told(answered("1.coding/turn-1", "Here it is")))
    (row,) = rows(watch)
    assert row is not None
    assert row.summary is not None
    assert (row.status, row.summary.usage.calls, row.summary.usage.tokens) == ("running", 1, 120)
    journal.append(RunEnded(status="verified", exit_code=0, reason="fine"))
    assert statuses(watch) == ["running"]
    journal.close()
    assert statuses(watch) == ["verified"]
    assert statuses(watch) == []


def test_what_was_told_does_not_change_behind_the_back_of_who_was_told(tmp_path: Path) -> None:
    journal = begin(tmp_path / name(1))
    watch = RunWatch(tmp_path)
    (before,) = rows(watch)
    journal.append(*told(answered("1.coding/turn-1", "Here it is")))
    rows(watch)
    journal.close()
    assert before is not None
    assert before.summary is not None
    assert before.summary.usage.calls == 0


def test_a_run_whose_process_died_is_unfinished_though_nothing_was_written(tmp_path: Path) -> None:
    journal = begin(tmp_path / name(1))
    watch = RunWatch(tmp_path)
    assert statuses(watch) == ["running"]
    journal.close()
    assert statuses(watch) == ["unfinished"]


def test_a_finished_run_that_is_taken_up_again_is_noticed(tmp_path: Path) -> None:
    folder = write_run(tmp_path, small_run())
    watch = RunWatch(tmp_path)
    assert statuses(watch) == ["unverified"]
    journal, _ = Journal.open(folder / "journal.jsonl")
    journal.append(RunResumed())
    assert statuses(watch) == ["running"]
    journal.close()


def test_only_some_runs_at_rest_are_looked_at_each_time_and_all_in_turn(tmp_path: Path) -> None:
    count = AT_A_TIME + 20
    for number in range(count):
        write_lines(tmp_path, f"20260101-000000-{number:04}", "not a journal")
    watch = RunWatch(tmp_path)
    assert len(watch.look(ENOUGH)) == count
    first, last = (tmp_path / f"20260101-000000-{n:04}" / "journal.jsonl" for n in (0, count - 1))
    for journal in (first, last):
        journal.write_text("longer than before, and still no journal")
    assert len(watch.look(ENOUGH)) + len(watch.look(ENOUGH)) == 2
    assert watch.look(ENOUGH) == []


def test_a_run_that_something_was_done_to_is_looked_at_next(tmp_path: Path) -> None:
    for number in range(2 * AT_A_TIME):
        write_lines(tmp_path, f"20260101-000000-{number:04}", "not a journal")
    watch = RunWatch(tmp_path)
    watch.look(ENOUGH)
    for number in (0, 2 * AT_A_TIME - 1):
        folder = tmp_path / f"20260101-000000-{number:04}"
        (folder / "journal.jsonl").write_text("longer than before, and still no journal")
        watch.look_soon(folder)
    assert len(watch.look(ENOUGH)) == 2


def test_everything_is_read_anew_on_request(tmp_path: Path) -> None:
    write_run(tmp_path, small_run(), name(1))
    watch = RunWatch(tmp_path)
    watch.look(ENOUGH)
    watch.begin_again()
    assert statuses(watch) == ["unverified"]


def test_a_run_that_is_just_being_laid_out_is_not_called_broken(tmp_path: Path) -> None:
    folder = tmp_path / name(1)
    folder.mkdir()
    watch = RunWatch(tmp_path)
    assert statuses(watch) == []
    (folder / "journal.jsonl").touch()
    assert statuses(watch) == []
    (folder / "journal.jsonl").unlink()
    journal = Journal.create(folder / "journal.jsonl")
    journal.append(*told(started()))
    assert statuses(watch) == ["running"]
    journal.close()


def test_a_run_that_never_began_is_called_broken_in_time(tmp_path: Path) -> None:
    folder = tmp_path / name(1)
    folder.mkdir()
    os.utime(folder, (1_000_000_000, 1_000_000_000))
    assert statuses(RunWatch(tmp_path)) == ["broken"]


def test_a_damaged_journal_is_a_row_with_its_problem_until_it_is_mended(tmp_path: Path) -> None:
    folder = write_lines(tmp_path, name(1), "not json")
    watch = RunWatch(tmp_path)
    (row,) = rows(watch)
    assert row is not None
    assert row.status == "broken"
    assert "journal.jsonl:1" in row.problem
    assert statuses(watch) == []
    (folder / "journal.jsonl").unlink()
    folder.rmdir()
    write_run(tmp_path, small_run(), name(1))
    assert statuses(watch) == ["unverified"]


def test_a_journal_replaced_by_another_while_it_is_followed_is_read_anew(tmp_path: Path) -> None:
    folder = tmp_path / name(1)
    journal = begin(folder)
    watch = RunWatch(tmp_path)
    assert statuses(watch) == ["running"]
    other = write_run(tmp_path.parent / "other", small_run())
    (other / "journal.jsonl").replace(folder / "journal.jsonl")
    assert statuses(watch) == ["unverified"]
    journal.close()


def test_what_is_no_run_is_left_out_and_becomes_one_with_a_journal(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "readme.txt").touch()
    watch = RunWatch(tmp_path)
    assert statuses(watch) == []
    journal = begin(tmp_path / "notes" / "inner")
    journal.close()
    (tmp_path / "notes" / "inner" / "journal.jsonl").rename(tmp_path / "notes" / "journal.jsonl")
    assert statuses(watch) == ["unfinished"]


def test_a_journal_that_is_a_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    folder = tmp_path / name(1)
    folder.mkdir()
    os.mkfifo(folder / "journal.jsonl")
    os.utime(folder, (1_000_000_000, 1_000_000_000))
    assert statuses(RunWatch(tmp_path)) == ["broken"]


def test_a_journal_that_is_a_folder_is_broken(tmp_path: Path) -> None:
    (tmp_path / name(1) / "journal.jsonl").mkdir(parents=True)
    assert statuses(RunWatch(tmp_path)) == ["broken"]


def test_a_root_that_cannot_be_read_is_a_problem_until_it_can(tmp_path: Path) -> None:
    root = tmp_path / "products"
    root.touch()
    watch = RunWatch(root)
    assert watch.look(ENOUGH) == []
    assert "cannot be read" in watch.problem
    root.unlink()
    write_run(root, small_run())
    assert statuses(watch) == ["unverified"]
    assert watch.problem == ""


def test_the_time_of_the_last_word_is_told(tmp_path: Path) -> None:
    folder = write_run(tmp_path, [*small_run()[:3], asked("1.coding", "?"), ended("1.coding")])
    os.utime(folder / "journal.jsonl", (1_000_000_000, 1_000_000_000))
    (look,) = RunWatch(tmp_path).look(ENOUGH)
    assert look.changed_at == 1_000_000_000
