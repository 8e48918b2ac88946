"""`softhouse fork`: another future for a run, on the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import Softhouse, model_at, provider
from tests.support.scripted_company import APPROVED, TASK, fields_reply, mended
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events.conversion import as_json
from warehouse.journal.journal import read_events

REJECTED = fields_reply(approved=False, comments=["tip.py, tip_of: it rounds down"])


@pytest.fixture
def serving() -> Iterator[ScriptedProvider]:
    with provider(
        **{
            "approved: true if": [REJECTED, APPROVED],
            "every comment is answered": [mended("TIP = 1")],
        }
    ) as server:
        yield server


@pytest.fixture
def parent(serving: ScriptedProvider, softhouse: Softhouse, tmp_path: Path) -> Path:
    """A finished run of the waterfall."""
    done = softhouse("run", TASK, "--company", "default", "--model", model_at(serving),
                     "--sandbox", "none", "--plain")  # fmt: skip
    assert done.code == 0, done.err
    (folder,) = (tmp_path / "products").iterdir()
    serving.calls.clear()
    return folder


def test_a_fork_tells_where_it_comes_from_and_what_it_cost_itself(
    softhouse: Softhouse, parent: Path, serving: ScriptedProvider
) -> None:
    done = softhouse("fork", parent.name, "--at", "manual", "--set", "seed=5", "--plain")
    assert done.code == 0, done.err
    assert f"forked from {parent.name} at 11.manual, seed=5" in done.out
    assert "phase    4.coding" not in done.out, "the shared past is not told again"
    assert "phase    11.manual" in done.out
    cost = next(line for line in done.out.splitlines() if line.startswith("Cost"))
    assert "1 call, " in cost
    assert "beside 8 shared calls" in cost
    assert len(serving.calls) == 1


def test_show_runs_and_export_know_a_fork(softhouse: Softhouse, parent: Path) -> None:
    assert softhouse("fork", "last", "--at", "manual", "--name", "another manual").code == 0
    rows = json.loads(softhouse("runs", "--json").out)
    fork = next(row for row in rows if row["parent"])
    assert (fork["parent"], fork["forked_at"], fork["calls"]) == (parent.name, "11.manual", 1)
    assert "another-manual" in fork["run"]
    told = f"{fork['run']} forked from {parent.name} at 11.manual, nothing changed"
    shown = softhouse("show", fork["run"]).out.splitlines()
    assert " ".join(shown[0].split()) == told
    assert sum("forked from" in line for line in shown) == 2, "at the head, and where it happened"
    exported = softhouse("export", fork["run"], "--to", "md", "--output", "-").out
    assert "forked from" in exported


def test_a_fork_that_was_stopped_is_resumed_with_the_limits_it_was_last_given(
    softhouse: Softhouse, parent: Path, serving: ScriptedProvider, tmp_path: Path
) -> None:
    stopped = softhouse("fork", parent.name, "--at", "coding", "--max-calls", "1")
    assert stopped.code == 3
    fork = next(p for p in (tmp_path / "products").iterdir() if p != parent)
    assert softhouse("resume", fork.name, "--max-calls", "2").code == 3
    assert softhouse("resume", fork.name).code == 3, "the limit stays as it was given last"
    assert softhouse("resume", fork.name, "--max-calls", "20").code == 0
    events = read_events(fork / "journal.jsonl")
    began = next(e.seq for e in events if e.kind == "run.forked")
    own = [
        e
        for e in events[began:]
        if e.kind == "effect.ended" and as_json(e.data)["effect"] == "completion"
    ]
    assert len(own) == len(serving.calls)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--at", "reveiw"], "did you mean '6.review'"),
        (["--at", "review", "--set", "seed"], "is not KEY=VALUE"),
        (["--at", "review", "--set", "modle=x"], "did you mean 'model'"),
        (["--at", "review", "--set", "chain=solo"], "Fork at that step or before it"),
        (["--at", "review", "--max-calls", "0"], "--max-calls 0 is no limit"),
    ],
)
def test_what_cannot_be_forked_is_said_in_one_paragraph_and_leaves_nothing(
    softhouse: Softhouse, parent: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    assert said in softhouse("fork", parent.name, *arguments).fails_with(2)
    assert list((tmp_path / "products").iterdir()) == [parent]


def test_a_demo_cannot_be_forked(softhouse: Softhouse) -> None:
    assert "cannot be gone on with" in softhouse("fork", "demo", "--at", "1").fails_with(2)
