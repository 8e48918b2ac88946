"""Journals written by hand, for whoever reads them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from warehouse.events import EventData
from warehouse.events.conversion import typed
from warehouse.journal.journal import Event

AT = "2026-01-02T03:04:05.678Z"
Step = tuple[str, str, dict[str, Any]]
"""Kind, where, data."""


def started(**more: Any) -> Step:
    """A run's first event, of a company with two roles and a chain of two steps."""
    data = {
        "schema": "1.0",
        "softhouse": "0.1.0",
        "run": "20260102-030405-tips-abcd",
        "name": "Tips",
        "task": {"text": "A tip calculator", "images": [], "source": None},
        "company": {
            "company": {"name": "pair"},
            "roles": {"programmer": {"title": "Programmer"}, "cto": {"title": "Chief"}},
            "phases": {},
            "chains": {"pair": {"steps": ["coding", "run_tests"]}},
        },
        "chain": "pair",
        "model": "lmstudio:m",
        "role_models": {"programmer": "lmstudio:m"},
        "seed": 1,
        "sandbox": "none",
        "limits": {},
        "human_roles": [],
    }
    return "run.started", "", {**data, **more}


def forked(
    at: str, run: str = "fork", parent: str = "20260102-030405-tips-abcd", **order: Any
) -> Step:
    """From here on it is another run, with another order."""
    spec = started(run=run, **order)[2]
    names = {"run": run, "name": spec["name"], "parent": parent, "at": at}
    return "run.forked", "", {**names, "set": {}, "order": spec}


def asked(where: str, prompt: str, ordinal: int = 0) -> Step:
    """The programmer is asked by the CTO."""
    request = {"messages": [{"id": f"m-{where}", "role": "user", "content": prompt}]}
    identity = {"effect": "completion", "ordinal": ordinal, "digest": "d"}
    who = {"speaker": "programmer", "listener": "cto", "model": "lmstudio:m"}
    return "effect.started", where, {**identity, **who, "request": request}


def answered(where: str, text: str, ordinal: int = 0, cost: float | None = 0.0) -> Step:
    """The programmer answers."""
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "cached_tokens": 0, "reported": True}
    result = {
        "text": text,
        "model": "lmstudio:m",
        "finish_reason": "stop",
        "usage": usage,
        "cost": cost,
        "seconds": 2.0,
    }
    identity = {"effect": "completion", "ordinal": ordinal, "digest": "d"}
    return "effect.ended", where, {**identity, "result": result}


def tool_used(where: str, text: str, changed: dict[str, str | None] | None = None) -> list[Step]:
    """The programmer reads a file with a tool; or uses one that leaves files `changed`."""
    identity = {"effect": "tool", "ordinal": 0, "digest": "d"}
    request = {"tool": "read", "arguments": {"path": "main.py", "last": 20}}
    result = {"text": text, "ok": True, "seconds": 0.1, "changed": changed or {}}
    return [
        ("effect.started", where, {**identity, "speaker": "programmer", "request": request}),
        ("effect.ended", where, {**identity, "result": result}),
    ]


def committed(where: str, *files: tuple[str, str, int, int]) -> list[Step]:
    """A commit of files: path, status, lines added and removed."""
    identity = {"effect": "commit", "ordinal": 0, "digest": "d"}
    request = {"author": "Programmer", "message": "Coding: add main.py", "files": {}}
    changes = [
        {"path": path, "status": status, "added": added, "removed": removed}
        for path, status, added, removed in files
    ]
    return [
        ("effect.started", where, {**identity, "speaker": "programmer", "request": request}),
        ("effect.ended", where, {**identity, "result": {"sha": "ab" * 20, "files": changes}}),
    ]


def check_data(name: str, ok: bool | None, output: str = "") -> dict[str, Any]:
    """A check of an execution."""
    return {
        "name": name,
        "command": f"python3 {name}",
        "ok": ok,
        "exit_code": 0 if ok else 1,
        "seconds": 0.25,
        "output": output,
        "timed_out": False,
        "out_of_memory": False,
        "remark": "",
    }


def phase(where: str, title: str) -> Step:
    """A phase begins."""
    name = where.rpartition("/")[2].rpartition(".")[2]
    return "step.started", where, {"name": name, "kind": "phase", "title": title}


def ended(where: str, outcome: str = "done", reason: str = "") -> Step:
    """A step ends."""
    return "step.ended", where, {"outcome": outcome, **({"reason": reason} if reason else {})}


def small_run() -> list[Step]:
    """A run with a talk, a commit, a failing check, a skipped phase and an end."""
    checks = [check_data("syntax", True), check_data("tests", False, "E assert 1 == 2")]
    execution = {"ok": False, "verified": False, "summary": "tests failed", "checks": checks}
    return [
        started(),
        phase("1.coding", "Coding"),
        asked("1.coding/turn-1", "Write the program."),
        ("words", "1.coding/turn-1", {"text": "Here it is"}),
        answered("1.coding/turn-1", "Here it is: main.py"),
        ("deliverable", "1.coding", {"phase": "coding", "kind": "files", "files": ["main.py"]}),
        *committed("1.coding/commit", ("main.py", "added", 30, 0)),
        ended("1.coding"),
        phase("2.testing/round-1/run_tests", "Run and test"),
        ("execution", "2.testing/round-1/run_tests", execution),
        ended("2.testing/round-1/run_tests"),
        phase("3.manual", "Manual"),
        ended("3.manual", "skipped", "there is nothing to explain"),
        ("note", "3.manual", {"text": "The prompt did not fit."}),
        ("run.ended", "", {"status": "unverified", "exit_code": 1, "reason": "tests failed"}),
    ]


def events(steps: Iterable[Step]) -> list[Event]:
    """The events of the steps."""
    return [Event.of(n, AT, kind, where, data) for n, (kind, where, data) in enumerate(steps)]


def told(step: Step) -> tuple[EventData, str]:
    """A step as a journal is told it."""
    kind, where, data = step
    return typed(kind, data), where


def write_run(
    products: Path, steps: Iterable[Step], name: str = "20260102-030405-tips-abcd"
) -> Path:
    """A run's folder with a journal of the steps; returns the folder."""
    folder = products / name
    folder.mkdir(parents=True)
    (folder / "journal.jsonl").write_bytes(b"".join(event.line() for event in events(steps)))
    return folder


def write_lines(products: Path, name: str, *lines: object) -> Path:
    """A run's folder with anything for a journal: text as it is, the rest as JSON."""
    folder = products / name
    folder.mkdir(parents=True)
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    (folder / "journal.jsonl").write_text(text, "utf-8", errors="surrogatepass")
    return folder
