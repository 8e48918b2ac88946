"""The time of many runs is that in which at least one of them was worked on."""

from pathlib import Path

import pytest

from company.cards.company_card import RunLimits
from company.errors import BudgetReached
from company.lab.batch import Batch
from company.lab.folder import LabFolder
from company.lab.sessions import seconds_together, sessions_in
from company.lab.settings import WorkSettings
from company.lab.working import work_through
from tests.support.labs import model_of, task
from tests.support.scripted_provider import ScriptedProvider
from warehouse.journal import Event

MAIN = "### main.py\n```python\nprint('tip', 60)\n```\n"


def event(kind: str, at: str) -> Event:
    return Event.of(0, f"2026-01-02T03:04:{at}Z" if at.isdecimal() else at, kind, "", {})


def lengths(*events: tuple[str, str]) -> list[float]:
    return [ended - began for began, ended in sessions_in(event(*each) for each in events)]


def test_a_session_lasts_until_the_run_ends_or_until_its_last_event_where_it_was_killed() -> None:
    assert lengths(
        ("run.started", "00"), ("note", "04"), ("run.resumed", "10"), ("note", "11"),
        ("run.ended", "13"), ("examination", "50"),
    ) == [4.0, 3.0]  # fmt: skip


def test_what_is_no_time_adds_none() -> None:
    assert lengths(("run.started", "soon"), ("run.ended", "04")) == []
    assert lengths(("run.started", "04"), ("run.ended", "00")) == []
    assert lengths(("run.started", "00"), ("run.ended", "2026-01-02T03:04:05")) == [5.0]


def test_what_passed_at_the_same_time_counts_once() -> None:
    assert seconds_together([]) == 0.0
    assert seconds_together([(0, 10), (20, 30), (5, 12), (6, 7)]) == 22.0


async def test_everything_in_the_folder_counts_for_the_limits_of_the_whole(tmp_path: Path) -> None:
    async with ScriptedProvider([MAIN], latency=0.2) as provider:

        def batch(*names: str) -> Batch:
            settings = {"company": "solo", "model": model_of(provider)}
            tasks = tuple(task(name) for name in names)
            return Batch("many", tasks, LabFolder(tmp_path / "many"), settings)

        first, second = batch("a", "b", "c", "d"), batch("e")
        await work_through(first.folder, first.plan, WorkSettings(sandbox="none", at_once=4))
        limits = RunLimits(calls=4)
        with pytest.raises(BudgetReached, match="call limit"):
            await work_through(
                second.folder, second.plan, WorkSettings(sandbox="none", limits=limits)
            )
        assert len(provider.calls) == 4
        limits = RunLimits(seconds=0.1)
        with pytest.raises(BudgetReached, match="time limit"):
            await work_through(
                second.folder, second.plan, WorkSettings(sandbox="none", limits=limits)
            )
