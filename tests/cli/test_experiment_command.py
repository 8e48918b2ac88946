"""`softhouse experiment`: conditions over tasks and repetitions, resumed, and looked at."""

import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from company.errors import ConfigurationError
from company.lab.experiment import Experiment
from company.lab.report.tables import write_tables
from tests.support.command_line import in_process, provider
from tests.support.labs import model_of
from tests.support.scripted_provider import ScriptedProvider
from tests.support.studies import each_task, results, row

TASKS = {
    "tasks": [
        {
            "id": name,
            "prompt": f"A program that prints {name}",
            "checks": [{"name": "it runs", "run": "python3 main.py 50", "exit_code": 0}],
        }
        for name in ("tips", "clocks")
    ]
}


def write_study(folder: Path, serving: ScriptedProvider, **keys: Any) -> Path:
    """An experiment's file, with its tasks beside it."""
    (folder / "tasks.yaml").write_text(yaml.safe_dump(TASKS))
    card = {
        "name": "study",
        "question": "Does a tester help?",
        "tasks": ["tasks.yaml"],
        "repetitions": 2,
        "factors": {"company": ["solo", "pair"]},
        "set": {"model": model_of(serving)},
        **keys,
    }
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(card, sort_keys=False))
    return path


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_condition_meets_every_task_as_often_as_said(tmp_path: Path) -> None:
    with provider() as serving:
        study = write_study(tmp_path, serving)
        assert (
            in_process("experiment", "run", str(study), "--sandbox", "bubblewrap", "--plain") == 0
        )
        # Both conditions share the writing of the program; `pair` adds a test writer.
        assert len(serving.calls) == 2 * 2 * (1 + 1)
    rows = list(csv.DictReader((tmp_path / "experiments/study/results.csv").open()))
    assert len(rows) == 2 * 2 * 2
    assert {(row["condition"], row["task"], row["repetition"], row["seed"]) for row in rows} == {
        (condition, task, repetition, repetition)
        for condition in ("solo", "pair")
        for task in ("tips", "clocks")
        for repetition in ("1", "2")
    }
    pairs = [row for row in rows if row["condition"] == "pair"]
    assert {row["parent"] for row in pairs} == {
        f"solo--{t}--{n}" for t in ("tips", "clocks") for n in (1, 2)
    }
    assert {(row["calls"], row["paid_calls"]) for row in pairs} == {("2", "1")}
    assert {row["completed"] for row in rows} == {"1.0"}


def test_a_report_can_be_written_anew_from_the_folder_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with provider() as serving:
        study = write_study(tmp_path, serving, repetitions=1)
        assert in_process("experiment", "run", str(study), "--sandbox", "none", "--json") == 0
    elsewhere = tmp_path / "elsewhere"
    shutil.move(tmp_path / "experiments/study", elsewhere)
    study.unlink()
    (elsewhere / "report.html").unlink()
    capsys.readouterr()
    assert in_process("experiment", "report", str(elsewhere)) == 0
    assert capsys.readouterr().out.splitlines() == [
        str(elsewhere / name) for name in ("results.csv", "results.parquet", "report.html")
    ]
    page = (elsewhere / "report.html").read_text()
    for run in ("solo--tips--1", "pair--clocks--1"):
        assert f'href="./runs/{run}/transcript.html"' in page
        assert (
            "Write the whole program" in (elsewhere / "runs" / run / "transcript.html").read_text()
        )
    assert "Does a tester help?" in page
    assert "repetitions: 1" in page


def test_a_report_of_a_folder_is_kept_there_and_nowhere_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert in_process("experiment", "report", str(tmp_path), "--to", "elsewhere") == 2
    assert "--to belongs to an experiment's file" in capsys.readouterr().err


def test_resume_goes_on_with_what_was_begun_and_with_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with provider() as serving:
        study = write_study(tmp_path, serving)
        assert in_process("experiment", "resume", str(study)) == 2
        assert "there is no plan.json in it" in capsys.readouterr().err
        stopped = in_process(
            "experiment", "run", str(study), "--sandbox", "none", "--max-calls", "3", "--plain"
        )
        assert (stopped, len(serving.calls)) == (3, 3)
        resumed = in_process("experiment", "resume", str(study), "--sandbox", "none", "--plain")
        assert (resumed, len(serving.calls)) == (0, 8)


async def test_in_a_notebook_it_is_an_object(tmp_path: Path) -> None:
    with provider() as serving:
        study = write_study(tmp_path, serving, repetitions=1)
        experiment = Experiment.load(study)
        await experiment.run()
        frame = experiment.frame()
        analysis = experiment.analyse()
    # Both conditions share the writing of the program, which is one call.
    assert frame["calls"].sum() == 6
    assert experiment.calls().height == experiment.messages().height == 4
    assert set(experiment.edits()["path"]) and set(experiment.events()["run"]) == set(frame["run"])
    assert frame.select("condition", "tokens").group_by("condition").len().height == 2
    assert analysis is not None


def test_cards_beside_the_file_are_those_of_the_experiment(tmp_path: Path) -> None:
    (tmp_path / "chains").mkdir()
    (tmp_path / "chains/twice.yaml").write_text("name: twice\nsteps: [coding, manual]\n")
    with provider() as serving:
        study = write_study(
            tmp_path, serving, repetitions=1,
            factors={"chain": ["solo", "twice"]}, set={"company": "solo", "model": model_of(serving)},
        )  # fmt: skip
        assert in_process("experiment", "run", str(study), "--sandbox", "none", "--plain") == 0
        assert len(serving.calls) == 2 * 2


def test_any_field_of_a_role_or_phase_is_a_factor(tmp_path: Path) -> None:
    with provider() as serving:
        study = write_study(
            tmp_path, serving, repetitions=1, design="one_factor",
            factors={"company": ["pair", "solo"], "roles.programmer.temperature": [0.2, 0.9]},
        )  # fmt: skip
        assert in_process("experiment", "run", str(study), "--sandbox", "none", "--json") == 0
        heat = sorted(
            {
                call.body["temperature"]
                for call in serving.calls
                if "Write the whole program" in call.user
            }
        )
    assert heat == [0.2, 0.9]
    rows = list(csv.DictReader((tmp_path / "experiments/study/results.csv").open()))
    assert {row["condition"]: row["roles.programmer.temperature"] for row in rows} == {
        "baseline": "0.2", "solo": "0.2", "temperature=0.9": "0.9",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"metrics": ["completd"]}, "study.yaml:13: unknown metric 'completd' — did you mean 'completed'?"),
        ({"only": ["tip"]}, "did you mean 'tips'"),
        ({"tasks": ["nowhere.yaml"]}, "nowhere.yaml"),
        ({"factors": {"company": ["solo", "pear"]}}, "pear: There is no company 'pear' — did you mean 'pair'?"),
        ({"factors": {"loops.tasting.max": [1, 2]}}, "did you mean 'testing'"),
        ({"factors": {"company": ["solo", "pair"], "colour": ["red", "blue"]}}, "unknown key"),
        ({"baseline": "pear"}, "did you mean 'pair'"),
        ({"repetitions": 1000, "factors": {"roles.programmer.temperature": [n / 100 for n in range(51)]}}, "at most 50"),
        ({"repetitions": 1000, "factors": {"company": ["solo", "pair"], "temperature": [n / 50 for n in range(50)]}}, "200,000 runs, and at most 100,000"),
    ],
)  # fmt: skip
def test_mistakes_are_told_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], keys: dict[str, Any], words: str
) -> None:
    with provider() as serving:
        set_ = {"model": model_of(serving)}
        if "loops.tasting.max" in keys.get("factors", {}):
            set_["company"] = "pair"
        study = write_study(tmp_path, serving, **{"set": set_, **keys})
        assert in_process("experiment", "run", str(study), "--sandbox", "none") == 2
        assert serving.calls == []
    assert words in capsys.readouterr().err
    assert not (tmp_path / "experiments").exists()


def test_a_file_that_is_no_experiment_is_told_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text("name: study\ntasks: [tasks.yaml]\nfactor: {company: [solo, pair]}\n")
    with pytest.raises(ConfigurationError, match=r"study.yaml:3: unknown key 'factor'"):
        Experiment.load(path)


def test_what_no_condition_shares_has_seeds_of_its_own_where_nothing_is_paired(
    tmp_path: Path,
) -> None:
    with provider() as serving:
        study = write_study(tmp_path, serving, paired=False, repetitions=2)
        assert (
            in_process("experiment", "run", str(study), "--sandbox", "none", "--dry-run", "--json")
            == 0
        )
        assert in_process("experiment", "run", str(study), "--sandbox", "none", "--json") == 0
    plan = json.loads((tmp_path / "experiments/study/plan.json").read_text())
    seeds = {(job["condition"], job["seed"]) for job in plan["jobs"]}
    assert seeds == {("solo", 1), ("solo", 2), ("pair", 3), ("pair", 4)}


def test_what_a_study_could_show_is_told_before_it_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        row(condition, f"t{task}", repetition, tokens=more, code_lines=more)
        for condition, worse in (("solo", 0), ("pair", 1))
        for task in range(9)
        for repetition in (1, 2)
        for more in [1_000 + 100 * task * worse + 10 * repetition * worse]
    ]
    table, _ = write_tables(results(rows), tmp_path)
    with provider() as serving:
        tasks = [{"id": f"t{number}", "prompt": "A program"} for number in range(9)]
        study = write_study(tmp_path, serving, metrics=["code_lines", "tokens"])
        (tmp_path / "tasks.yaml").write_text(yaml.safe_dump({"tasks": tasks}))
        asked = ("experiment", "plan", str(study), "--pilot", str(table), "--difference", "400")
        assert in_process(*asked) == 0
        assert serving.calls == []
        by_ratio = (*asked[:-1], "1.5", "--metric", "tokens")
    first, *told = capsys.readouterr().out.replace("\u202f", " ").splitlines()
    assert first == "9 tasks × 2 repetitions × 2 conditions: 36 runs"
    assert told[1].startswith(
        "Lines of code: the difference to solo scatters by 274 lines between tasks, 7.07 lines"
    )
    assert re.fullmatch(r"shown in 4 of 5 such studies: a difference of 3[0-4]\d lines", told[2])
    assert re.fullmatch(
        r"a difference of 400 lines would be shown in 9\d of 100 such studies", told[3]
    )
    assert re.fullmatch(
        r"to show it in 4 of 5, tasks × repetitions: (\d) × 1, \1 × 2, \1 × 3, \1 × 5", told[4]
    )
    assert told[5] == "tokens: about 43,470 by the pilot"
    with provider() as serving:
        assert in_process(*asked, "--json") == 0
    planned = json.loads(capsys.readouterr().out)
    assert (planned["runs"], planned["tokens"], planned["metric"]) == (36, 43_470.0, "code_lines")
    assert 300 < planned["detectable"] < 350 and planned["power"] > 0.8
    assert planned["tasks_needed"]["1"] == planned["tasks_needed"]["5"]
    assert in_process(*by_ratio) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[2].startswith("Tokens: the difference to solo scatters by a factor of 1.22 between")
    assert re.fullmatch(r"shown in 4 of 5 such studies: a factor of 1\.2\d", told[3])
    assert told[4].startswith("a factor of 1.50 would be shown in ")
    assert in_process(*by_ratio, "--json") == 0
    planned = json.loads(capsys.readouterr().out)
    assert planned["by_ratio"] and 1.2 < planned["detectable"] < 1.3
    assert planned["difference"] == pytest.approx(1.5)


@pytest.mark.parametrize("command", [("plan",), ("run", "--sandbox", "none", "--dry-run")])
def test_a_design_that_can_show_nothing_is_told_before_money_is_spent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    verb, *options = command
    with provider() as serving:
        study = write_study(tmp_path, serving)
        assert in_process("experiment", verb, str(study), *options) == 0
    told = capsys.readouterr()
    assert "can show nothing, however large a difference is: 2 tasks give" in told.out + told.err


def test_a_plan_is_asked_in_a_known_metric_s_own_unit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with provider() as serving:
        study = write_study(tmp_path, serving)
        assert in_process("experiment", "plan", str(study), "--metric", "token") == 2
        assert "did you mean 'tokens'" in capsys.readouterr().err
        assert in_process("experiment", "plan", str(study), "--difference", "20") == 2
        assert "0.2 is 20 points" in capsys.readouterr().err
        less = ("--metric", "tokens", "--difference", "0.5")
        assert in_process("experiment", "plan", str(study), *less) == 2
        assert "a factor above 1" in capsys.readouterr().err
        wide = ("--metric", "tokens", "--task-sd", "2000")
        assert in_process("experiment", "plan", str(study), *wide) == 2
        assert "that of natural logarithms" in capsys.readouterr().err
        for sd in ("--task-sd", "--repetition-sd"):
            points = ("--metric", "completed", sd, "20")
            assert in_process("experiment", "plan", str(study), *points) == 2
            assert "scatter: completed is a share, so 1 is the most" in capsys.readouterr().err


def test_in_python_a_plan_is_told_in_the_same_words_and_refuses_what_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, _ = write_tables(results(each_task("solo", "calls", [1.0, 2.0])), tmp_path)
    with provider() as serving:
        path = write_study(tmp_path, serving)
        assert in_process("experiment", "plan", str(path), "--pilot", str(table)) == 0
        experiment = Experiment.load(path)
        assert f"{experiment.planned(pilot=str(table))}\n" == capsys.readouterr().out
        for refused, told in (
            ({"difference": -1.0}, "difference: above 0"),
            ({"task_sd": -1.0}, "scatter: a standard deviation"),
            ({"metric": "nonsense"}, "unknown metric 'nonsense'.*docs/metrics.md lists all"),
        ):
            with pytest.raises(ConfigurationError, match=told):
                experiment.planned(**refused)  # type: ignore[arg-type]


def test_a_plan_calls_what_was_given_an_assumption_and_says_what_it_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tasks = [{"id": f"t{number}", "prompt": "A program"} for number in range(9)]
    with provider() as serving:
        study = write_study(tmp_path, serving, metrics=["checks_passed"])
        (tmp_path / "tasks.yaml").write_text(yaml.safe_dump({"tasks": tasks}))
        asked = ("experiment", "plan", str(study), "--difference", "0.3")
        assert in_process(*asked) == 0
        told = capsys.readouterr().out.replace("\u202f", " ").splitlines()
        assert in_process(*asked, "--task-sd", "0.2") == 0
        given = capsys.readouterr().out.replace("\u202f", " ").splitlines()
    assert told[-1] == (
        "how often a difference of 30 points would be shown is not known: it takes a pilot, or --task-sd"
    )
    assert given[2] == (
        "Acceptance checks passed: the difference to solo is taken to scatter by 20 points between tasks,"
        " 0 points between repetitions, and all tasks to differ"
    )
