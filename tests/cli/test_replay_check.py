"""`replay --check`: does the journal alone lead where the run went?"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Softhouse, model_at, provider
from tests.support.houses import branching_company, write_cards
from tests.support.journals import Step, small_run, write_run
from tests.support.scripted_company import APPROVED, TASK, fields_reply, mended

RUN = "20260102-030405-tips-abcd"
REVIEWED: dict[str, list[object]] = {
    "approved: true if": [fields_reply(approved=False, comments=["tip.py: too short"]), APPROVED],
    "every comment is answered": [mended("TIP = 1")],
}

UNWILLING: dict[str, list[object]] = {
    "Write the whole program": ["I will not."],
    "alone on the line above": ["No.", "No."],
}


def worked(softhouse: Softhouse, company: str, replies: dict[str, list[object]]) -> Path:
    """The folder of a finished run, whose provider is gone."""
    with provider(**replies) as server:
        model = ("--company", company, "--model", model_at(server))
        softhouse("run", TASK, "--sandbox", "none", *model)
    (folder,) = Path("products").iterdir()
    return folder


@pytest.mark.parametrize("company", ["default", "branches"])
def test_a_run_checks_out_without_anybody_to_ask_and_with_nothing_written(
    softhouse: Softhouse, tmp_path: Path, company: str
) -> None:
    branches = {"steps": ["coding", {"parallel": {"steps": ["test_writing", "manual"]}}]}
    write_cards(tmp_path, "chains", branches=branches)
    write_cards(tmp_path, "companies", branches={"title": "Branches", "chain": "branches"})
    folder = worked(softhouse, company, REVIEWED)

    def everything() -> list[tuple[Path, int]]:
        return [(path, path.stat().st_mtime_ns) for path in sorted(folder.rglob("*"))]

    before = everything()
    checked = softhouse("replay", "last", "--check")
    assert checked.code == 0
    assert "to the same end: unverified, exit code 0" in checked.out
    assert "nothing performed" in checked.out
    assert everything() == before


@pytest.mark.parametrize("name", ["demo", "demo-waterfall"])
def test_a_journal_needs_no_product_to_check_out(softhouse: Softhouse, name: str) -> None:
    checked = softhouse("replay", name, "--check")
    assert checked.code == 0, checked.err
    assert "to the same end" in checked.out


def test_cut_off_anywhere_a_run_checks_out_as_far_as_it_went(softhouse: Softhouse) -> None:
    journal = worked(softhouse, "default", REVIEWED) / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    for length in range(1, len(lines), 4):
        journal.write_bytes(b"".join(lines[:length]))
        checked = softhouse("replay", "last", "--check")
        assert checked.code == 0, f"cut after event {length}: {checked.err}"
        assert "as far as the run went" in checked.out


def test_a_fork_checks_out_by_each_of_its_orders(softhouse: Softhouse) -> None:
    with provider(**REVIEWED) as server:
        model = ("--company", "default", "--model", model_at(server))
        softhouse("run", TASK, "--sandbox", "none", "--name", "a", *model)
        change = ("--set", "seed=7", "--name", "b")
        assert softhouse("fork", "last", "--at", "manual", *change).code == 0
    checked = softhouse("replay", "last", "--check")
    assert checked.code == 0, checked.err
    assert "to the same end" in checked.out


def changed(journal: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """The journal with something changed in what the run was given."""
    first, *rest = journal.read_text("utf-8").splitlines(keepends=True)
    event = json.loads(first)
    change(event["data"]["company"])
    journal.write_text(f"{json.dumps(event)}\n{''.join(rest)}", "utf-8")


def test_a_run_whose_prompt_was_changed_is_told_where_it_diverged(softhouse: Softhouse) -> None:
    folder = worked(softhouse, "solo", {})

    def shorten(company: dict[str, Any]) -> None:
        company["phases"]["coding"]["prompt"] = "Write it: {{ task }}"

    changed(folder / "journal.jsonl", shorten)
    complaint = softhouse("replay", "last", "--check").fails_with(2)
    assert "diverged at 1.coding" in complaint


def test_a_run_that_does_less_than_it_did_is_told_what_nobody_asks_for(
    softhouse: Softhouse,
) -> None:
    folder = worked(softhouse, "default", {})

    def no_manual(company: dict[str, Any]) -> None:
        company["chains"]["waterfall"]["steps"].remove("manual")

    changed(folder / "journal.jsonl", no_manual)
    complaint = softhouse("replay", "last", "--check").fails_with(2)
    assert "nobody asks any more for what is recorded at 11.manual" in complaint


def test_a_run_that_delivered_nothing_checks_out_as_such(softhouse: Softhouse) -> None:
    worked(softhouse, "solo", UNWILLING)
    checked = softhouse("replay", "last", "--check")
    assert checked.code == 0, checked.err
    assert "to the same end: failed, exit code 1" in checked.out


def test_a_run_that_delivers_nothing_any_more_has_diverged(softhouse: Softhouse) -> None:
    folder = worked(softhouse, "solo", UNWILLING)
    journal = folder / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    ended = lines[-1].replace(b'"exit_code":1', b'"exit_code":4')
    assert ended != lines[-1]
    journal.write_bytes(b"".join(lines[:-1]) + ended)
    complaint = softhouse("replay", "last", "--check").fails_with(2)
    assert "diverged: it ended failed (Coding delivered no program" in complaint
    assert "now it would be failed (Coding delivered no program" in complaint


def test_what_is_missing_in_one_branch_does_not_hide_what_diverged_in_another(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    branching_company(tmp_path)
    journal = worked(softhouse, "branches", REVIEWED) / "journal.jsonl"
    kept = []
    for line in journal.read_text("utf-8").splitlines():
        event = json.loads(line)
        if event["where"].endswith("/manual/turn-1"):
            event["data"]["digest"] = "of another prompt"
        if not event["where"].endswith("/test_writing/turn-1") and event["kind"] != "run.ended":
            kept.append(json.dumps(event))
    journal.write_text("\n".join(kept) + "\n", "utf-8")
    complaint = softhouse("replay", "last", "--check").fails_with(2)
    assert "diverged at 2.parallel/manual/turn-1" in complaint


@pytest.mark.parametrize("more", [("--from", "1"), ("--json",)])
def test_what_a_check_would_not_do_is_not_silently_left_out(
    softhouse: Softhouse, more: tuple[str, ...]
) -> None:
    complaint = softhouse("replay", "demo", "--check", *more).fails_with(2)
    assert "leave out --from and --json" in complaint


HOSTILE: list[list[Step]] = [
    small_run(),
    [("run.started", "", {"schema": "1.0"})],
    [(kind, where, {"schema": "1.0"}) for kind, where, _ in small_run()],
]


@pytest.mark.parametrize("steps", HOSTILE)
def test_a_journal_that_lacks_what_a_run_is_made_of_is_a_fault_told_in_a_paragraph(
    softhouse: Softhouse, tmp_path: Path, steps: list[Step]
) -> None:
    write_run(tmp_path / "products", steps, RUN)
    softhouse("replay", "last", "--check").fails_with(2)


def test_a_run_that_ended_and_would_ask_for_more_now_has_diverged(softhouse: Softhouse) -> None:
    folder = worked(softhouse, "solo", {})

    def twice(company: dict[str, Any]) -> None:
        company["chains"]["solo"]["steps"].append("manual")

    changed(folder / "journal.jsonl", twice)
    softhouse("replay", "last", "--check").fails_with(2)


def test_a_run_that_failed_for_want_of_somebody_to_ask_checks_out_up_to_there(
    softhouse: Softhouse,
) -> None:
    with provider() as server:
        model = ("--company", "default", "--model", model_at(server))
        run = softhouse("run", TASK, "--sandbox", "none", *model, "--human", "cto")
    assert run.code == 2
    checked = softhouse("replay", "last", "--check")
    assert checked.code == 0, checked.err
    assert "as far as the run went" in checked.out
