"""When `softhouse resume` does not go on: another works on it, or another version began it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import ROOT, Softhouse, as_process, model_at, provider
from tests.support.scripted_company import MANUAL, TASK
from tests.support.scripted_provider import Call, ScriptedProvider
from warehouse.journal.journal import FILE_NAME, read_events


class Gate:
    """Holds back what the provider says at the last phase until it is opened."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.open = threading.Event()

    async def answer(self, _: Call) -> str:
        self.reached.set()
        await asyncio.to_thread(self.open.wait)
        return MANUAL


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open.set()


@pytest.fixture
def serving(gate: Gate) -> Iterator[ScriptedProvider]:
    with provider(**{"Write the manual": [gate.answer]}) as server:
        yield server


@contextmanager
def process(*arguments: str, cwd: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A command at work in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "softhouse", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def test_a_run_that_another_process_works_on_is_left_alone_until_that_is_gone(
    serving: ScriptedProvider, gate: Gate, tmp_path: Path
) -> None:
    options = ["--company", "default", "--model", model_at(serving), "--sandbox", "none"]
    with process("run", TASK, *options, cwd=tmp_path) as first:
        assert gate.reached.wait(60)
        said = as_process("resume", "last", cwd=tmp_path).fails_with(2)
        assert "Another process is working on" in said
        assert "running" in as_process("runs", cwd=tmp_path).out
        first.send_signal(signal.SIGKILL)
        first.wait()
    calls = len(serving.calls)

    gate.reached.clear()
    with process("resume", "last", cwd=tmp_path) as second:
        assert gate.reached.wait(60), "no lock outlives its process"
        journal = next(tmp_path.glob("products/*/journal.jsonl"))
        before = journal.read_bytes()
        as_process("resume", "last", cwd=tmp_path).fails_with(2)
        assert journal.read_bytes() == before, "it was refused before it wrote a word"
        gate.open.set()
        assert second.wait(60) == 0
    assert len(serving.calls) == calls + 1, "only what was in flight is asked for again"
    assert [e.seq for e in read_events(journal)] == list(range(len(read_events(journal))))


def first_event(journal: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Rewrite a journal's first event as another version would have written it."""
    first, *rest = journal.read_text().splitlines(keepends=True)
    event = json.loads(first)
    event["data"]["softhouse"] = "9.9.0"
    change(event["data"])
    journal.write_text("".join([json.dumps(event) + "\n", *rest]))


def everything(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its content and the time of its last change."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(p): (p.read_bytes(), p.stat().st_mtime_ns) for p in files}


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["company"]["company"].update(slogan="faster"),
        lambda data: data["company"]["phases"]["coding"].update(sings=True),
        lambda data: data["company"]["phases"]["coding"]["sees"].append("smell"),
        lambda data: data["company"]["roles"]["programmer"].update(mood="glad"),
        lambda data: data["company"]["chains"]["solo"]["steps"].append({"hologram": {}}),
        lambda data: data["limits"].update(joules=3),
        lambda data: data.update(database="postgres://"),
    ],
    ids=["company", "phase", "sight", "role", "step", "limit", "order"],
)
def test_a_run_that_orders_what_is_not_known_here_is_left_as_it_is(
    softhouse: Softhouse, tmp_path: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    """As a newer minor version writes it, or an older one that knew what is gone since."""
    with provider() as server:
        order = [TASK, "--company", "solo", "--model", model_at(server), "--sandbox", "none"]
        assert softhouse("run", *order, "--max-tokens", "1").code == 3
        (run,) = (tmp_path / "products").iterdir()
        first_event(run / FILE_NAME, change)
        before = everything(run)
        said = softhouse("resume", "last").fails_with(2)
    assert "It was begun by softhouse 9.9.0: go on with it in that version." in said
    assert len(said.strip().splitlines()) == 1
    assert everything(run) == before
    assert server.calls == []
    assert softhouse("show", "last").code == 0
    assert "broken" not in softhouse("runs").out


def test_a_journal_of_a_newer_major_version_is_refused_by_everyone(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    with provider() as server:
        order = [TASK, "--company", "solo", "--model", model_at(server), "--sandbox", "none"]
        assert softhouse("run", *order, "--max-tokens", "1").code == 3
    (run,) = (tmp_path / "products").iterdir()
    first_event(run / FILE_NAME, lambda data: data.update(schema="2.0"))
    before = everything(run)
    for command in ("resume", "show"):
        said = softhouse(command, "last").fails_with(2)
        assert "has schema 2.0; this softhouse reads 1." in said
    assert softhouse("runs").code == 0
    assert everything(run) == before
