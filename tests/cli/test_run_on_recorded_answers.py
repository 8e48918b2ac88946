"""`run --model replay:RUN`: a company on recorded answers, from the command line."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support.command_line import Softhouse, model_at, provider
from tests.support.scripted_company import TASK
from warehouse.events.conversion import as_json
from warehouse.journal.journal import read_events

PALINDROME = "A command-line program that says whether a word is a palindrome"

FIRST, SECOND = ("--name", "a"), ("--name", "b")
"""Names in whose order runs of the same second lie."""


def last_run(products: Path) -> Path:
    return max(products.iterdir())


def test_a_demo_speaks_where_there_is_no_model_at_all(softhouse: Softhouse, tmp_path: Path) -> None:
    done = softhouse("run", PALINDROME, "--model", "replay:demo", "--sandbox", "none", "--plain")
    assert done.code == 0
    assert "pair by the pair chain, replay:demo, sandbox none" in done.out
    product = last_run(tmp_path / "products") / "product"
    assert "def is_palindrome(word)" in (product / "main.py").read_text()


def test_a_run_is_named_as_elsewhere_and_found_again_when_the_new_run_is_resumed(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    kept = ("--products", "kept", "--sandbox", "none")
    with provider() as server:
        softhouse("run", TASK, *kept, *FIRST, "--company", "pair", "--model", model_at(server))
    (first,) = (tmp_path / "kept").iterdir()
    stopped = softhouse("run", TASK, *kept, *SECOND, "--model", "replay:last", "--max-calls", "1")
    assert "resume" in stopped.fails_with(3)
    second = last_run(tmp_path / "kept")
    told = as_json(read_events(second / "journal.jsonl")[0].data)
    assert set(told["role_models"].values()) == {f"replay:{first}"}
    assert told["company"]["company"]["name"] == "pair"
    more = softhouse("resume", "last", "--products", "kept", "--max-calls", "9", "--plain")
    assert more.code == 0
    for file in (first / "product").glob("*.py"):
        assert (second / "product" / file.name).read_bytes() == file.read_bytes()


def test_one_role_may_speak_from_a_recording_and_the_others_live(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    with provider() as server:
        done = softhouse(
            *("run", PALINDROME, "--company", "pair", "--sandbox", "none"),
            *("--model", model_at(server), "--role-model", "programmer=replay:demo"),
        )
        assert len(server.calls) == 1
    assert done.code == 0
    product = last_run(tmp_path / "products") / "product"
    assert "def is_palindrome(word)" in (product / "main.py").read_text()


@pytest.mark.parametrize("run", ["nothing", "no/such/folder", "demo-other"])
def test_a_recorded_run_that_is_not_there_is_told_before_anything_begins(
    softhouse: Softhouse, tmp_path: Path, run: str
) -> None:
    softhouse("run", TASK, "--model", f"replay:{run}").fails_with(2)
    assert not (tmp_path / "products").exists()


def test_a_recorded_run_that_has_gone_is_told_when_its_answers_are_needed_again(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    kept = ("--products", "kept", "--sandbox", "none")
    with provider() as server:
        softhouse("run", TASK, *kept, *FIRST, "--company", "pair", "--model", model_at(server))
    (first,) = (tmp_path / "kept").iterdir()
    softhouse("run", TASK, *kept, *SECOND, "--model", "replay:last", "--max-calls", "1").fails_with(
        3
    )
    shutil.rmtree(first)
    complaint = softhouse("resume", "last", "--products", "kept", "--max-calls", "9").fails_with(2)
    assert f"There is no run at {first}" in complaint


def test_recorded_runs_are_among_the_models_that_are_listed(softhouse: Softhouse) -> None:
    lines = {line.split()[0]: line for line in softhouse("model", "list").out.splitlines()}
    assert "replay:RUN" in lines["replay"]
    rows = json.loads(softhouse("model", "list", "--json").out)
    assert [r["default_model"] for r in rows if r["provider"] == "replay"] == ["replay:demo"]
