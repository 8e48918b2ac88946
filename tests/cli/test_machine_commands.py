"""`doctor`, `model` and `sandbox`: what this machine can do."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from company.cli.doctor import checkup
from company.models.local.servable import installed
from company.models.local.weights import measured_weights
from tests.support.command_line import ROOT, Softhouse, as_process, model_at, provider
from tests.support.scripted_provider import ScriptedProvider
from tests.support.waiting import PATIENCE
from warehouse.sandbox.registry import survey

READY = '{"ready": true, "numbers": [1]}'


def test_doctor_says_that_a_run_is_possible_and_shows_no_key(
    softhouse: Softhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-0123456789")
    done = softhouse("doctor")
    assert done.code == 0, done.out
    assert "A run is possible." in done.out
    assert "OPENAI_API_KEY" in done.out
    assert "sk-secret" not in done.out
    told = json.loads(softhouse("doctor", "--json").out)
    assert told["run_possible"] is True
    assert {"python", "git", "sandbox docker", "model", "disk"} <= {
        f["name"] for f in told["findings"]
    }


def test_doctor_says_what_is_missing_and_how_to_mend_it(
    softhouse: Softhouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-0123456789")
    (tmp_path / "taken").write_text("")
    done = softhouse("doctor", "--products", "taken/inside")
    assert done.code == 1
    assert "✗ products folder" in done.out
    assert "--products" in done.out


def test_doctor_agrees_with_the_survey_of_sandboxes(softhouse: Softhouse) -> None:
    found = asyncio.run(survey())
    told = {f["name"]: f for f in json.loads(softhouse("doctor", "--json").out)["findings"]}
    for name, reason in found.items():
        assert told[f"sandbox {name}"]["ok"] is (reason is None)
        assert told[f"sandbox {name}"]["fix"] == (reason or "")


def test_models_are_listed_with_the_variable_that_holds_each_key(
    softhouse: Softhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", "sk-secret-0123456789")
    lines = {line.split()[0]: line for line in softhouse("model", "list").out.splitlines()}
    assert "set OPENAI_API_KEY" in lines["openai"]
    assert "key set" in lines["deepseek"]
    told = softhouse("model", "list", "--json").out
    assert {"provider", "key_env", "key_set", "models"} <= set(json.loads(told)[0])
    assert "sk-secret" not in told


def test_a_model_is_tested_with_one_small_question(softhouse: Softhouse) -> None:
    with ScriptedProvider([READY]).in_thread() as server:
        done = softhouse("model", "test", model_at(server))
        told = json.loads(softhouse("model", "test", model_at(server), "--json").out)
    assert "answers: first word after" in done.out
    assert told["structured"] == "json_schema"
    assert len(server.calls) == 2


def test_a_model_that_refuses_the_key_says_so(softhouse: Softhouse) -> None:
    with ScriptedProvider([READY], key="right").in_thread() as server:
        assert softhouse("model", "test", model_at(server)).code == 4


def test_each_sandbox_that_works_is_tight(softhouse: Softhouse) -> None:
    usable = [name for name, reason in asyncio.run(survey()).items() if reason is None]
    done = softhouse("sandbox", "test")
    assert done.code == (0 if usable else 5)
    for name in usable:
        assert f"{name:<11} works: every wall and limit held" in done.out
    assert done.out.count("✓ keyring") == done.out.count("✓ shared memory") == len(usable)
    assert "✗" not in done.out


def test_building_without_an_engine_is_an_error_of_the_sandbox(tmp_path: Path) -> None:
    nobody = {"DOCKER_HOST": f"unix://{tmp_path}/nobody.sock"}
    assert "Docker" in as_process("sandbox", "build", cwd=tmp_path, env=nobody).fails_with(5)


def test_the_embedded_models_are_listed_with_what_each_takes_and_whether_it_fits(
    softhouse: Softhouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SOFTHOUSE_CACHE", str(tmp_path))
    (line,) = (each for each in softhouse("model", "list").out.splitlines() if "coder-3b" in each)
    assert "2.1 GB, takes  2.9 GB" in line
    assert "not for commercial work" in line
    told = {row["provider"]: row for row in json.loads(softhouse("model", "list", "--json").out)}
    first, *_, largest = told["local"]["embedded"]
    assert (first["name"], first["here"], first["default"]) == ("qwen2.5-coder-1.5b", False, True)
    assert largest["context"] == 262_144
    assert len(largest["sha256"]) == 64
    assert told["openai"]["embedded"] == []
    finding = next(f for f in checkup.models() if f.name == "embedded model")
    assert re.search(r"coder-1\.5b is not here; with .*cores? would do: ", finding.detail)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["pull", "qwen2.5-coder-70b"], "There is no embedded model 'qwen2.5-coder-70b'"),
        (["pull", "mine.gguf"], "mine.gguf is a file of your own"),
        (["serve", "mine.gguf"], "mine.gguf cannot be read"),
        (["serve", "qwen2.5-coder-7b"], "softhouse model pull qwen2.5-coder-7b"),
    ],
)
def test_a_model_that_is_not_there_is_neither_fetched_nor_served(
    softhouse: Softhouse,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: list[str],
    complaint: str,
) -> None:
    monkeypatch.setenv("SOFTHOUSE_CACHE", str(tmp_path))
    said = softhouse("model", *arguments).fails_with(2)
    assert complaint in said or "softhouse[local]" in said


@pytest.mark.model
def test_the_embedded_model_is_served_until_it_is_interrupted(tmp_path: Path) -> None:
    if not installed() or not measured_weights().present():
        pytest.skip("the embedded model is not here: softhouse model pull")
    process = subprocess.Popen(
        [sys.executable, "-m", "softhouse", "model", "serve"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("OPENAI_BASE_URL=http://127.0.0.1:")
    assert process.stdout.readline().startswith("OPENAI_API_KEY=")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=PATIENCE) == 0
    process.stdout.close()


def test_the_first_model_with_a_key_is_the_default(
    softhouse: Softhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with provider() as server:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-anything-0123456789")
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        told = json.loads(softhouse("doctor", "--json").out)
    (model,) = [f["detail"] for f in told["findings"] if f["name"] == "model"]
    assert model == "openai:scripted"
