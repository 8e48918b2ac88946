"""Who may write a journal, and from when on."""

import os
import threading
from pathlib import Path

from warehouse.events import RunStarted
from warehouse.journal.journal import SCHEMA, Journal, is_locked


def test_a_closed_journal_is_free_although_a_new_process_still_holds_a_copy_of_its_file(
    tmp_path: Path,
) -> None:
    """Between fork and exec every child of another thread has one: git is started all the time."""
    path = tmp_path / "journal.jsonl"
    journal = Journal.create(path)
    journal.append(RunStarted(schema=SCHEMA))
    copy = os.dup(journal._descriptor)
    try:
        journal.close()
        again, past = Journal.open(path)
        again.close()
    finally:
        os.close(copy)
    assert len(past) == 1


def test_a_window_that_looks_who_works_does_not_keep_anybody_from_working(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal.create(path)
    journal.append(RunStarted(schema=SCHEMA))
    journal.close()
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.0001):
            is_locked(path)

    window = threading.Thread(target=look)
    window.start()
    try:
        for _ in range(300):
            Journal.open(path)[0].close()
    finally:
        done.set()
        window.join()
