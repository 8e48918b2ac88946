"""`softhouse run` and `resume`, against a real server on loopback that says what it is told."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import ROOT, Softhouse, as_process, model_at, provider
from tests.support.scripted_company import TASK
from tests.support.scripted_provider import Call, Reply, ScriptedProvider
from tests.support.waiting import PATIENCE
from warehouse.events.conversion import as_json
from warehouse.journal.journal import read_events


@pytest.fixture
def serving() -> Iterator[ScriptedProvider]:
    with provider() as server:
        yield server


@pytest.fixture
def solo(serving: ScriptedProvider) -> list[str]:
    return ["run", TASK, "--company", "solo", "--model", model_at(serving)]


def only_run(root: Path) -> Path:
    (folder,) = (root / "products").iterdir()
    return folder


def test_a_run_ends_with_a_product_its_place_its_start_its_proof_and_its_price(
    softhouse: Softhouse, solo: list[str], tmp_path: Path
) -> None:
    done = softhouse(*solo, "--sandbox", "bubblewrap")
    assert done.code == 0, done.err
    folder = only_run(tmp_path)
    assert (folder / "product" / "main.py").is_file()
    lines = {line.split(" ", 1)[0]: line for line in done.out.splitlines()}
    assert f"{folder / 'product'} (3 files, 1 commit)" in lines["Product"]
    assert lines["Start"].endswith("&& python3 main.py")
    assert lines["Verdict"].endswith(
        "starts: asks for arguments; unseen: whether it does what was asked: it has no tests (sandbox bubblewrap)"
    )
    assert "1 call" in lines["Cost"]
    assert "no price known" in lines["Cost"]
    assert folder.name in lines["Next"]


def test_plain_lines_begin_with_what_happened_and_where(
    softhouse: Softhouse, solo: list[str]
) -> None:
    done = softhouse(*solo, "--sandbox", "none", "--plain")
    words = [line.split()[0] for line in done.out.splitlines() if line.strip()]
    order = ["run", "task", "phase", "asks", "says", "yields", "commit", "phase", "check", "end"]
    assert words[: len(order)] == order
    assert "phase    1.coding Coding\n" in done.out
    assert "report.py +" in done.out


def test_json_lines_are_the_journal_byte_for_byte(
    softhouse: Softhouse, solo: list[str], tmp_path: Path
) -> None:
    done = softhouse(*solo, "--sandbox", "none", "--json")
    journal = (only_run(tmp_path) / "journal.jsonl").read_text("utf-8")
    assert done.out == journal
    assert json.loads(done.out.splitlines()[-1])["kind"] == "run.ended"
    assert done.err == ""


def test_without_a_sandbox_the_run_says_that_nothing_was_verified(
    softhouse: Softhouse, solo: list[str]
) -> None:
    done = softhouse(*solo, "--sandbox", "none")
    assert done.code == 0
    assert "Verdict   unseen: nothing was run: there is no sandbox" in done.out


def test_the_host_is_never_used_without_a_warning(softhouse: Softhouse, solo: list[str]) -> None:
    done = softhouse(*solo, "--sandbox", "host")
    assert done.code == 0
    assert "directly on this machine" in done.err


def test_nor_when_a_run_goes_on_upon_it(softhouse: Softhouse) -> None:
    no = {"Write the whole program": ["I will not."], "alone on the line above": ["No.", "No."]}
    with provider(**no) as server:
        options = ["--company", "solo", "--model", model_at(server), "--sandbox", "host"]
        assert softhouse("run", TASK, *options).code == 1
    assert "directly on this machine" in softhouse("resume", "last").err


def test_a_program_that_does_not_run_is_delivered_with_exit_code_1(softhouse: Softhouse) -> None:
    broken = "main.py\n```python\nimport no_such_thing_at_all\n```\n"
    with provider(**{"Write the whole program": [broken]}) as server:
        done = softhouse(
            *["run", TASK, "--company", "solo", "--model", model_at(server)],
            *["--sandbox", "bubblewrap"],
        )
    assert done.code == 1
    assert "Verdict   does not start:" in done.out
    assert "tells what went wrong" in done.out


def test_a_budget_stops_the_run_and_a_higher_one_resumes_it_without_asking_again(
    softhouse: Softhouse, serving: ScriptedProvider
) -> None:
    run = ["run", TASK, "--company", "pair", "--model", model_at(serving), "--sandbox", "none"]
    stopped = softhouse(*run, "--max-calls", "1")
    assert "--max-calls" in stopped.fails_with(3)
    assert "with a higher limit" in stopped.out
    asked = len(serving.calls)
    done = softhouse("resume", "last", "--max-calls", "9")
    assert done.code == 0, done.err
    assert asked == 1
    assert "Write the whole program" not in serving.calls[1].user
    assert len({call.user for call in serving.calls}) == len(serving.calls)


def test_a_finished_run_is_not_taken_up_again(
    softhouse: Softhouse, solo: list[str], serving: ScriptedProvider
) -> None:
    softhouse(*solo, "--sandbox", "none")
    asked = len(serving.calls)
    again = softhouse("resume", "last")
    assert again.code == 0
    assert "handed over already" in again.err
    assert len(serving.calls) == asked


def test_the_task_may_come_from_standard_input(serving: ScriptedProvider, tmp_path: Path) -> None:
    run = ["run", "-", "--company", "solo", "--model", model_at(serving), "--sandbox", "none"]
    done = as_process(*run, cwd=tmp_path, stdin="A greeter, 你好\n")
    assert done.code == 0, done.err
    assert "task     A greeter, 你好" in done.out


@pytest.mark.usefixtures("eyes")
def test_an_image_and_an_existing_program_go_into_the_run(
    softhouse: Softhouse, solo: list[str], tmp_path: Path
) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "notes.txt").write_text("keep me")
    (tmp_path / "sketch.png").write_bytes(b"\x89PNG")
    done = softhouse(*solo, "--sandbox", "none", "--image", "sketch.png", "--from", "old")
    assert done.code == 0, done.err
    folder = only_run(tmp_path)
    assert (folder / "attachments" / "sketch.png").read_bytes() == b"\x89PNG"
    assert (folder / "product" / "notes.txt").read_text() == "keep me"


def test_a_role_may_have_a_model_of_its_own(
    softhouse: Softhouse, serving: ScriptedProvider
) -> None:
    own = f"programmer=url:{serving.url}#special"
    done = softhouse(
        *["run", TASK, "--company", "solo", "--model", model_at(serving)],
        *["--role-model", own, "--sandbox", "none"],
    )
    assert done.code == 0, done.err
    assert [call.model for call in serving.calls] == ["special"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_says_how_to_go_on_and_goes_on(
    number: signal.Signals, tmp_path: Path
) -> None:
    slow = Reply("main.py\n```python\nprint('hi')\n```\n", latency=60)
    asked = threading.Event()

    def never_answer(_: Call) -> Reply:
        asked.set()
        return slow

    with provider(**{"Write the whole program": [never_answer, slow.text]}) as server:
        process = subprocess.Popen(
            [
                *[sys.executable, "-m", "softhouse", "run", TASK, "--company", "solo"],
                *["--model", model_at(server), "--sandbox", "none"],
            ],
            cwd=tmp_path,
            env={
                **{"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
                "SOFTHOUSE_STATE": os.environ["SOFTHOUSE_STATE"],
            },
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # A job in a shell's background hands an ignored Ctrl-C down to its children.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        assert asked.wait(30)
        process.send_signal(number)
        _, err = process.communicate(timeout=PATIENCE)
        run = only_run(tmp_path)
        assert process.returncode == 130
        assert err.strip() == f"softhouse: interrupted; resume with: softhouse resume {run.name}"
        assert as_json(read_events(run / "journal.jsonl")[-1].data)["status"] == "stopped"
        done = as_process("resume", run.name, cwd=tmp_path)
    assert done.code == 0, done.err


def test_a_reader_that_leaves_does_not_end_the_run(
    serving: ScriptedProvider, tmp_path: Path
) -> None:
    run = f"run '{TASK}' --company solo --model '{model_at(serving)}' --sandbox none --json"
    done = subprocess.run(
        [
            "bash",
            "-c",
            f"{sys.executable} -m softhouse {run} | head -1; echo ${{PIPESTATUS[0]}}",
        ],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""
    assert as_json(read_events(only_run(tmp_path) / "journal.jsonl")[-1].data)["exit_code"] == 0
