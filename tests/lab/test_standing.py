"""How a job stands is read from its run's journal alone."""

from pathlib import Path

import pytest

from company.engine.workspace.handover import OWN_FAULT
from company.lab.execution.job_status import job_status_of
from warehouse.events.conversion import as_json
from warehouse.history.summary import SummaryFold
from warehouse.journal.journal import FILE_NAME, Event

STARTED = {
    "run": "r", "name": "r", "task": {"text": "t"}, "model": "m", "chain": "solo",
    "company": {"company": {"name": "solo"}}, "schema": "1.0",
}  # fmt: skip


def event(seq: int, kind: str, second: int, **data: object) -> Event:
    return Event.of(seq, f"2026-01-02T03:04:{second:02}.000Z", kind, "", data)


ENDED = [
    event(0, "run.started", 0, **STARTED),
    event(1, "run.ended", 10, status="verified", exit_code=0, reason=""),
]
EXAMINED = [*ENDED, event(2, "examination", 50, commit=None, sandbox="none")]


def journal(folder: Path, events: list[Event]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / FILE_NAME).write_bytes(b"".join(each.line() for each in events))
    return folder


def test_being_examined_is_no_work_of_the_company() -> None:
    assert SummaryFold(EXAMINED).summary.seconds == 10.0
    again = [
        *EXAMINED,
        event(3, "run.resumed", 55),
        event(4, "run.ended", 58, **as_json(ENDED[1].data)),
    ]
    assert SummaryFold(again).summary.seconds == 13.0


@pytest.mark.parametrize(
    ("events", "stage"),
    [
        ([], "new"),
        (ENDED[:1], "begun"),
        (ENDED, "ended"),
        (EXAMINED, "evaluated"),
        ([*EXAMINED, event(3, "run.resumed", 55)], "begun"),
        ([*ENDED[:1], event(1, "run.ended", 9, status="stopped", exit_code=130, reason="")], "begun"),
        ([event(0, "run.ended", 0)], "broken"),
        ([*ENDED[:1], event(1, "run.ended", 9, status="failed", exit_code=1, reason="no files")], "ended"),
        ([*ENDED[:1], event(1, "run.ended", 9, status="failed", exit_code=2, reason="It diverged")], "begun"),
        ([*ENDED[:1], event(1, "run.ended", 9, status="failed", exit_code=1, reason=f"{OWN_FAULT}: KeyError()")], "begun"),
    ],
)  # fmt: skip
def test_every_stage_of_a_job_is_known_by_its_events(
    tmp_path: Path, events: list[Event], stage: str
) -> None:
    assert job_status_of(journal(tmp_path / "run", events)).stage == stage


def test_a_folder_without_a_journal_is_new_and_damage_is_told(tmp_path: Path) -> None:
    assert job_status_of(tmp_path / "nothing").stage == "new"
    broken = journal(tmp_path / "run", ENDED)
    (broken / FILE_NAME).write_bytes(b"{}\n" + ENDED[0].line())
    job_status = job_status_of(broken)
    assert job_status.stage == "broken"
    assert job_status.is_done
    assert "journal.jsonl:1" in job_status.problem
    assert f"take {broken} away" in job_status.problem
    (tmp_path / "loop").mkdir()
    (tmp_path / "loop" / FILE_NAME).symlink_to(FILE_NAME)
    assert job_status_of(tmp_path / "loop").stage == "broken"
