"""An experiment with looks is made task by task, and ends with the look that shows what it asks for."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from company.errors import ConfigurationError
from company.lab.experiment import Experiment
from tests.support.command_line import in_process, provider
from tests.support.scripted_provider import ScriptedProvider
from tests.support.study_files import write_study

TASKS = [{"id": f"t{number}", "prompt": f"Print {number}"} for number in range(12)]
Write = Callable[..., Path]


@pytest.fixture
def serving() -> Iterator[ScriptedProvider]:
    with provider() as serving:
        yield serving


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serving: ScriptedProvider) -> Write:
    monkeypatch.chdir(tmp_path)

    def written(**keys: Any) -> Path:
        return write_study(tmp_path, serving, TASKS, **{"looks": [8], **keys})

    return written


def run(path: Path) -> int:
    return in_process("experiment", "run", str(path), "--sandbox", "none", "--plain", "-j", "2")


def test_a_look_that_shows_the_main_difference_ends_the_study(
    write: Write, serving: ScriptedProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write()
    assert run(path) == 0
    told = capsys.readouterr().err
    assert "the study ends here, without 8 runs" in told
    experiment = Experiment.load(path)
    assert len(experiment.frame()) == 16
    (one,) = experiment.analyse().comparisons
    assert (one.tasks, one.shown) == (8, True)
    calls = len(serving.calls)
    assert in_process("experiment", "resume", str(path), "--sandbox", "none", "--plain") == 0
    assert len(serving.calls) == calls
    assert "without 8 runs" in capsys.readouterr().err
    page = (experiment.folder.path / "report.html").read_text()
    assert "Look 1 of 2, after 8 of 12 tasks" in page


def test_a_study_that_was_made_whole_is_looked_at_whole(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write()
    plan = path.parent / "experiments/study/plan.json"
    assert run(path) == 0
    plan.unlink()
    assert run(write(looks=[])) == 0
    plan.unlink()
    capsys.readouterr()
    again = ("--sandbox", "none", "--plain", "--evaluate-again")
    assert in_process("experiment", "run", str(write()), *again) == 0
    told = capsys.readouterr()
    assert "the study ends here" not in told.err
    assert "24 of 24 runs done" in told.out
    assert (plan.parent / "report.html").read_text().count("Look 2 of 2, after 12 of 12 tasks")


def test_looks_that_can_show_nothing_are_named_before_money_is_spent(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(looks=[4])
    assert in_process("experiment", "run", str(path), "--sandbox", "none", "--dry-run") == 0
    assert "The look after 4 tasks can show nothing" in capsys.readouterr().err
    assert in_process("experiment", "plan", str(path)) == 0
    told = capsys.readouterr().out
    assert "looks after 4 tasks may end it before" in told
    assert "the look after 4 tasks can show nothing" in told


def test_a_look_that_shows_nothing_lets_it_go_on(write: Write) -> None:
    path = write(metrics=["failed_phases"])
    assert run(path) == 0
    assert len(Experiment.load(path).frame()) == 24


def test_tasks_are_taken_in_an_order_of_their_own_and_the_same_each_time(write: Write) -> None:
    path = write()
    assert in_process("experiment", "register", str(path)) == 0
    assert run(path) == 0
    plan = json.loads((path.parent / "experiments/study/plan.json").read_text())
    order = list(dict.fromkeys(job["task"] for job in plan["jobs"]))
    assert sorted(order) == sorted(task["id"] for task in TASKS) != order
    write(looks=[])
    with pytest.raises(ConfigurationError, match="looks: 8 → none"):
        asyncio.run(Experiment.load(path).run())


@pytest.mark.parametrize(
    ("looks", "says"),
    [([12], "the last one is after 12 tasks, and there are 12"), ([5, 5], "more and more"), ([1], "2")],
)  # fmt: skip
def test_what_is_no_look_is_told(
    write: Write, looks: list[int], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(write(looks=looks)) == 2
    assert says in capsys.readouterr().err
