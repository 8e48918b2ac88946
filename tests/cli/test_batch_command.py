"""`softhouse batch`: many tasks from a file, tables and a report at the end, and going on."""

import csv
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.command_line import ROOT, as_process, in_process, model_at, provider
from tests.support.scripted_provider import Reply, ScriptedProvider
from tests.support.waiting import PATIENCE

TASKS = "id,prompt\ntip,A tip calculator\nclock,A clock\nnotes,A note book\n"


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tasks.csv").write_text(TASKS)
    return tmp_path / "tasks.csv"


def batch(serving: ScriptedProvider, *more: str) -> list[str]:
    model = model_at(serving)
    return ["batch", "tasks.csv", "--company", "solo", "--model", model, "--sandbox", "none", *more]


def test_every_task_becomes_a_run_and_a_row(
    tasks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with provider() as serving:
        assert in_process(*batch(serving, "--plain")) == 0
    out = capsys.readouterr().out
    assert "3/3" in out
    assert "3 of 3 runs done" in out
    folder = tasks.parent / "batches" / "tasks"
    assert sorted(run.name for run in (folder / "runs").iterdir()) == ["clock", "notes", "tip"]
    rows = list(csv.DictReader((folder / "results.csv").open()))
    assert {row["task"]: row["calls"] for row in rows} == {"tip": "1", "clock": "1", "notes": "1"}
    assert (folder / "results.parquet").is_file()
    assert "A clock" not in (folder / "report.html").read_text().split("</head>")[0]


def test_the_same_command_goes_on_and_repeats_no_call(tasks: Path) -> None:
    with provider(
        **{
            "Write the whole program": [
                Reply(fault="bad_request"),
                "### main.py\n```python\nprint(1)\n```\n",
            ]
        }
    ) as serving:
        assert in_process(*batch(serving, "-j", "1", "--plain")) == 1
        assert len(serving.calls) == 3
        assert in_process(*batch(serving, "-j", "1", "--plain")) == 0
        assert len(serving.calls) == 4


def test_set_means_what_it_means_for_a_fork(tasks: Path) -> None:
    (tasks.parent / "words.txt").write_text("Write the whole program, please: {{ task }}")
    changes = (
        "phases.coding.prompt=@words.txt", "phases.coding.sees=[task]", "roles.programmer.temperature=0.7", "seed=3"
    )  # fmt: skip
    with provider() as serving:
        sets = [word for change in changes for word in ("--set", change)]
        assert in_process(*batch(serving, "--only", "tip", "--plain", *sets)) == 0
        (call,) = serving.calls
    assert call.user.startswith("Write the whole program, please: A tip calculator")
    assert call.body["temperature"] == 0.7


@pytest.mark.parametrize("name", ["../elsewhere", "a/b", "..", ".", " "])
def test_a_name_leads_into_no_other_folder(
    tasks: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    with provider() as serving:
        assert in_process(*batch(serving, "--name", name)) == 2
        assert "--to" in capsys.readouterr().err
        assert in_process(*batch(serving, "--name", name, "--to", "kept", "--dry-run")) == 0
    assert [each.name for each in tasks.parent.iterdir()] == ["tasks.csv"]


def test_a_folder_of_tasks_gives_the_batch_its_name(
    tasks: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tasks.parent / "v1.2").mkdir()
    (tasks.parent / "v1.2" / "tip.yaml").write_text("id: tip\nprompt: A tip calculator\n")
    monkeypatch.chdir(tasks.parent / "v1.2")
    with provider() as serving:
        command, _, *more = batch(serving, "--dry-run")
        for place in (".", "../v1.2"):
            assert in_process(command, place, *more) == 0
            assert "to be kept in batches/v1.2" in capsys.readouterr().err


def test_a_limit_of_the_whole_ends_it_with_exit_code_3_and_more_goes_on(
    tasks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with provider() as serving:
        assert in_process(*batch(serving, "--max-calls", "2", "--plain")) == 3
        assert "batch" in capsys.readouterr().err
        assert in_process(*batch(serving, "--max-calls", "9", "--plain")) == 0
        assert len(serving.calls) == 3


def test_json_is_an_object_a_line_and_the_sums_at_the_end(
    tasks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with provider() as serving:
        assert in_process(*batch(serving, "--json")) == 0
    *runs, sums = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {run["run"] for run in runs} == {"tip", "clock", "notes"}
    assert (sums["sums"]["done"], sums["sums"]["calls"]) == (3, 3)


@pytest.mark.parametrize("how", ["--json", "--plain"])
def test_a_run_that_is_stopped_is_told_once_with_its_reason(
    tasks: Path, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    replies: dict[str, list[object]] = {"Write the whole program": [Reply(fault="bad_request")]}
    with provider(**replies) as serving:
        assert in_process(*batch(serving, "--only", "tip", how)) == 1
    told = [line for line in capsys.readouterr().out.splitlines() if "tip" in line]
    assert len(told) == 1
    assert "400" in told[0]
    if how == "--json":
        record = json.loads(told[0])
        assert (record["run"], record["status"], record["exit_code"]) == ("tip", "stopped", 4)


def test_a_damaged_run_is_told_and_is_no_success(
    tasks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with provider() as serving:
        assert in_process(*batch(serving, "--plain")) == 0
        journal = tasks.parent / "batches/tasks/runs/tip/journal.jsonl"
        journal.write_bytes(b"{}\n" + journal.read_bytes())
        capsys.readouterr()
        assert in_process(*batch(serving, "--plain")) == 1
        assert "tip/journal.jsonl:1 is not an event" in capsys.readouterr().out
        shutil.rmtree(journal.parent)
        assert in_process(*batch(serving, "--plain")) == 0
        assert len(serving.calls) == 4


def test_results_that_cannot_be_written_are_told_beside_the_runs_that_were_made(
    tasks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tasks.parent / "batches/tasks/results.csv").mkdir(parents=True)
    with provider() as serving:
        assert in_process(*batch(serving, "--json")) == 0
    said = capsys.readouterr()
    assert json.loads(said.out.splitlines()[-1])["sums"]["done"] == 3
    assert "results.csv cannot be written" in said.err
    assert "softhouse experiment report batches/tasks" in said.err


def test_a_folder_in_use_is_said_and_nothing_else(
    tasks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with provider() as serving:
        assert in_process(*batch(serving, "--only", "tip")) == 0
        capsys.readouterr()
        lock = os.open(tasks.parent / "batches/tasks/lock", os.O_RDWR)
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert in_process(*batch(serving, "--json")) == 2
        os.close(lock)
    said = capsys.readouterr()
    assert said.out == ""
    assert "Another process is working in batches/tasks" in said.err


def test_a_dry_run_makes_nothing(tasks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with provider() as serving:
        assert in_process(*batch(serving, "--dry-run")) == 0
        assert serving.calls == []
    assert capsys.readouterr().out.startswith("tip\tsolo\turl:")
    assert not (tasks.parent / "batches").exists()


def test_a_changed_task_is_not_taken_for_the_one_that_was_made(
    tasks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with provider() as serving:
        assert in_process(*batch(serving, "--only", "tip", "--plain")) == 0
        tasks.write_text(TASKS.replace("A tip calculator", "Something else"))
        assert in_process(*batch(serving, "--plain")) == 2
    assert "batches/tasks: The run tip was begun with another prompt" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--rate", "openai"], "is not PROVIDER=REQUESTS/TOKENS"),
        (["--rate", "openay=5"], "did you mean 'openai'"),
        (["--run-limit", "calls=none"], "is not one of"),
        (["--only", "tap"], "did you mean 'tip'"),
        (["--set", "loops.tasting.max=2"], "unknown loop"),
        (["--set", "topology=star"], "no chain of solo has a graph"),
        (["--plain", "--json"], "exclude each other"),
        (["--engine", "rya"], "rya"),
        (["--max-calls", "0"], "is no limit"),
        (["--address", "127.0.0.1:6379"], "--engine ray"),
    ],
)
def test_mistakes_are_told_before_anything_is_made(
    tasks: Path, more: list[str], words: str
) -> None:
    with provider() as serving:
        outcome = as_process(*batch(serving, *more), cwd=tasks.parent)
        assert serving.calls == []
    assert words in outcome.fails_with(2)


@contextmanager
def at_work(tasks: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "softhouse", *arguments],
        cwd=tasks.parent, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        yield process


def test_killed_in_the_middle_it_goes_on_with_no_recorded_call_repeated(tasks: Path) -> None:
    tasks.write_text("id,prompt\n" + "".join(f"t{n},task number {n}\n" for n in range(30)))
    with provider() as serving:
        serving.latency = 0.05
        with at_work(tasks, *batch(serving, "-j", "4", "--plain")) as process:
            assert process.stdout is not None
            next(line for line in process.stdout if line.startswith("5/30"))
            process.send_signal(signal.SIGKILL)
        assert len(serving.calls) < 30
        assert in_process(*batch(serving, "-j", "4", "--plain")) == 0
        # At most the four calls in flight were made once more.
        assert 30 <= len(serving.calls) <= 34
    assert len(list((tasks.parent / "batches/tasks/runs").iterdir())) == 30


@pytest.mark.parametrize(
    "signals", [[signal.SIGTERM], [signal.SIGHUP], [signal.SIGINT], [signal.SIGINT] * 3]
)
def test_stopped_by_a_person_it_says_how_to_go_on(
    tasks: Path, signals: list[signal.Signals]
) -> None:
    slow: dict[str, list[object]] = {"Write the whole program": [{"latency": 60.0}]}
    with (
        provider(**slow) as serving,
        at_work(tasks, *batch(serving, "--json")) as process,
    ):
        while len(serving.calls) < 3:
            assert process.poll() is None, process.communicate()
        for number in signals:
            process.send_signal(number)
        out, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "go on with: the same command" in said
    assert "softhouse experiment report batches/tasks" in said
    assert "Traceback" not in said
    assert all(isinstance(json.loads(line), dict) for line in out.splitlines())
    assert not (tasks.parent / "batches/tasks/results.csv").exists()


def test_mutants_and_embeddings_are_tried_where_they_are_asked_for(tasks: Path) -> None:
    from aiohttp import web

    from tests.support.scripted_provider import serving as serving_app

    async def embed(request: web.Request) -> web.Response:
        texts = (await request.json())["input"]
        data = [{"index": n, "embedding": [1.0, float(len(text))]} for n, text in enumerate(texts)]
        return web.json_response({"data": data})

    app = web.Application()
    app.router.add_post("/v1/embeddings", embed)
    with provider() as serving, serving_app(app) as url:
        wanted = batch(serving, "--only", "tip", "--company", "pair", "--sandbox", "bubblewrap")
        measured = ["--mutants", "3", "--embeddings", f"url:{url}/v1#lengths", "--json"]
        assert in_process(*wanted, *measured) == 0
    (row,) = csv.DictReader((tasks.parent / "batches/tasks/results.csv").open())
    assert 0 <= float(row["mutation_score"]) <= 1
    assert 0.9 < float(row["consistency"]) <= 1
    assert float(row["quality"]) == pytest.approx(float(row["consistency"]))
