"""`softhouse diff`: two runs side by side, on a terminal, in a pipe and as data."""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from company.cli.diff.sides import RunPair
from company.cli.diff.table import print_tables
from tests.support.command_line import Softhouse, as_process, model_at, provider
from tests.support.journals import (
    AT,
    Step,
    answered,
    asked,
    check_data,
    committed,
    ended,
    phase,
    started,
    write_lines,
    write_run,
)
from tests.support.scripted_company import APPROVED, REJECTED, TASK, mended
from warehouse.product.product import Product

A = "20260101-000000-first-aaaa"
B = "20260102-000000-second-bbbb"
PROMPT = "\n".join(f"Rule {number} stays as it is." for number in range(30))
EVIL = "\x1b[2J\x1b]52;c;aGk=\x07\u202e[/red][@click=x]\rrun\tforged"


def steps(verdicts: tuple[bool, ...] = (True,), **order: Any) -> list[Step]:
    """A run with a decision, a verdict for each round, and a failing check."""
    decided = {"phase": "design", "kind": "decision", "fields": {"files": ["main.py", "tip.py"]}}
    told: list[Step] = [
        started(**order),
        phase("1.design", "Design"),
        asked("1.design/turn-1", "?"),
        answered("1.design/turn-1", "!", cost=order.pop("cost", 0.0)),
        ("deliverable", "1.design", decided),
    ]
    for number, approved in enumerate(verdicts, 1):
        verdict = {"approved": approved, "comments": [] if approved else ["no", "never"]}
        judged = {"phase": "review_comment", "kind": "verdict", "fields": verdict}
        told.append(("deliverable", f"2.review/round-{number}/review_comment", judged))
    checks = [check_data("syntax", True), check_data("tests", len(verdicts) == 1)]
    told.append(("execution", "3.run_tests", {"verified": True, "summary": "", "checks": checks}))
    told.append(("run.ended", "", {"status": "verified", "exit_code": 0, "reason": "fine"}))
    return told


def keep(folder: Path, files: dict[str, bytes]) -> None:
    """Give a run a product of these files."""
    product = Product.create(folder / "product")
    product.commit(
        files, author="Programmer", role="programmer", message="Coding", trailers={}, at=AT, parent=None
    )  # fmt: skip


@pytest.fixture
def products(tmp_path: Path) -> Path:
    """Two runs that differ in seed, verdicts, tests and files."""
    folder = tmp_path / "products"
    first = write_run(folder, steps(run=A), A)
    second = write_run(folder, steps((False, True), run=B, seed=2), B)
    keep(first, {"main.py": b"a\nb\n", "same.py": b"x\n", "gone.py": b"1\n"})
    keep(second, {"main.py": b"a\nc\nd\n", "same.py": b"x\n", "new.py": b"1\n2\n"})
    return folder


def table(products: Path, width: int = 80, a: str = A, b: str = B, **how: bool) -> str:
    """What is printed on a terminal of that width, without colours."""
    page = io.StringIO()
    options = {"everything": False, "patch": False, **how}
    console = Console(file=page, width=width, markup=False, highlight=False, emoji=False)
    print_tables(RunPair.open(a, b, products), console=console, **options)
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines())


def test_into_a_pipe_each_difference_is_a_line_of_tab_separated_fields(
    softhouse: Softhouse, products: Path
) -> None:
    said = softhouse("diff", A, "last")
    assert said.code == 0
    assert said.out.splitlines() == [
        f"run\tA\t{A}\tverified",
        f"run\tB\t{B}\tverified",
        "shared\tThey share no past: each began by itself.",
        "order\tseed\t1\t2",
        "order\t8 the same",
        "cards\t3 the same",
        "decisions\t1 the same",
        "verdicts\treview_comment, round 1\tapproved\tnot approved, 2 comments",
        "verdicts\treview_comment, round 2\t–\tapproved",
        "checks\ttests\tpassed\tFAILED, exit code 1",
        "checks\t1 the same",
        "files\tgone.py\t1 line\t–",
        "files\tmain.py\t2 lines\t3 lines, +2 -1",
        "files\tnew.py\t–\t2 lines",
        "files\t1 the same",
        "outcome\t10 the same",
    ]


def test_all_shows_also_what_is_the_same(softhouse: Softhouse, products: Path) -> None:
    lines = softhouse("diff", A, B, "--all").out.splitlines()
    assert "order\ttask\tA tip calculator\tA tip calculator" in lines
    assert "decisions\tdesign: files\tmain.py / tip.py\tmain.py / tip.py" in lines
    assert "files\tsame.py\t1 line\t1 line" in lines
    assert "outcome\tcost\tfree: ran on this machine\tfree: ran on this machine" in lines
    assert not [line for line in lines if "the same" in line]


def test_a_patch_follows_where_it_is_asked_for(softhouse: Softhouse, products: Path) -> None:
    patch = softhouse("diff", A, B, "--patch").out.split("the same\n")[-1]
    assert patch.splitlines() == [
        *("--- a/gone.py", "+++ /dev/null", "@@ -1 +0,0 @@", "-1"),
        *("--- a/main.py", "+++ b/main.py", "@@ -1,2 +1,3 @@", " a", "-b", "+c", "+d"),
        *("--- /dev/null", "+++ b/new.py", "@@ -0,0 +1,2 @@", "+1", "+2"),
    ]


def test_json_holds_the_values_themselves(softhouse: Softhouse, products: Path) -> None:
    record = json.loads(softhouse("diff", A, B, "--json").out)
    assert record["a"] == {"run": A, "status": "verified", "problem": ""}
    assert record["shared"] == {"events": 0, "step": "", "calls": 0}
    assert record["order"] == [{"name": "seed", "a": 1, "b": 2, "differs": True}]
    assert record["verdicts"][0]["b"] == {"approved": False, "comments": 2}
    assert {file["path"]: file["state"] for file in record["files"]} == {
        "gone.py": "only in a",
        "main.py": "changed",
        "new.py": "only in b",
    }
    assert "patch" not in record["files"][0]
    assert record["same"]["order"] == 8
    whole = json.loads(softhouse("diff", A, B, "--json", "--all", "--patch").out)
    assert {row["name"] for row in whole["order"]} > {"task", "company", "seed"}
    assert [file["path"] for file in whole["files"] if "patch" not in file] == ["same.py"]


def test_a_run_does_not_differ_from_itself(softhouse: Softhouse, products: Path) -> None:
    lines = softhouse("diff", A, A).out.splitlines()
    assert lines[2] == "shared\tThey are the same, event for event."
    assert all(line.endswith(" the same") for line in lines[3:])


def test_a_fork_tells_how_far_it_shares_the_past_of_its_parent(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    parent = steps(run=A)
    past = [*parent[:4], ended("1.design")]
    order = {**parent[0][2], "seed": 7}
    fork = {"run": B, "name": "Tips", "parent": A, "at": "2.review", "set": {"seed": "7"}}
    write_run(tmp_path / "products", [*past, *parent[4:]], A)
    write_run(tmp_path / "products", [*past, ("run.forked", "", {**fork, "order": order})], B)
    lines = softhouse("diff", A, B).out.splitlines()
    assert (
        lines[2] == "shared\tThey share their past: 5 events (1 call), up to the end of 1.design."
    )
    for line in ("seed\t1\t7", f"forked from\t–\t{A}", "at\t–\t2.review", "set\t–\tseed: 7"):
        assert f"order\t{line}" in lines
    assert "outcome\tcalls\t1\t0" in lines
    assert "outcome\tcalls shared with the parent\t–\t1" in lines


def test_a_fork_with_a_stricter_reviewer_is_told_from_its_parent(softhouse: Softhouse) -> None:
    review: list[object] = [lambda call: REJECTED if call.model == "strict" else APPROVED]
    revised: list[object] = [mended("TIP = 1")]
    replies = {"approved: true if": review, "every comment is answered": revised}
    with provider(**replies) as serving:
        model, strict = model_at(serving), f"url:{serving.url}#strict"
        plain = "--sandbox", "none", "--plain"
        assert softhouse("run", TASK, "--company", "default", "--model", model, *plain).code == 0
        parent = json.loads(softhouse("runs", "--json").out)[0]["run"]
        change = f"models.code_reviewer={strict}"
        assert softhouse("fork", parent, "--at", "review", "--set", change, "--plain").code == 0
    both = {run["run"] for run in json.loads(softhouse("runs", "--json").out)}
    (fork,) = both - {parent}
    record = json.loads(softhouse("diff", parent, fork, "--json").out)
    assert record["shared"]["step"] == "5.completion"
    assert record["shared"]["calls"] == 4
    order = {row["name"]: (row["a"], row["b"]) for row in record["order"]}
    assert order == {
        "model of code_reviewer": (model, strict),
        "forked from": (None, parent),
        "at": (None, "6.review"),
        "set": (None, {"models.code_reviewer": strict}),
    }
    assert (record["cards"], record["decisions"]) == ([], [])
    rounds = {row["name"]: (row["a"], row["b"]) for row in record["verdicts"]}
    rejected = {"approved": False, "comments": 1}
    assert rounds["review_comment, round 1"] == ({"approved": True, "comments": 0}, rejected)
    assert rounds["review_comment, round 2"] == (None, rejected)
    assert [(file["path"], file["state"]) for file in record["files"]] == [("tip.py", "changed")]
    figures = {row["name"]: (row["a"], row["b"]) for row in record["outcome"]}
    assert figures["calls shared with the parent"] == (None, 4)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_two_columns_fit_the_terminal(products: Path, width: int) -> None:
    page = table(products, width, everything=True)
    assert max(map(len, page.splitlines())) <= width
    assert "review_comment" in page


def test_on_a_terminal_what_differs_stands_side_by_side(products: Path) -> None:
    lines = table(products, 100).splitlines()
    assert lines[:3] == [
        f"A  {A}  verified",
        f"B  {B}  verified",
        "They share no past: each began by itself.",
    ]
    assert "● Order  and 8 the same" in lines
    assert "– Cards: 3 the same" in lines
    assert "– Outcome: 10 the same" in lines
    (seed,) = [line for line in lines if line.strip().startswith("seed")]
    assert seed.split() == ["seed", "1", "2"]
    (head,) = [line for line in lines if line.split() == ["A", "B"]]
    assert (seed.index("1"), seed.index("2")) == (head.index("A"), head.index("B"))


def test_a_patch_on_a_terminal_is_not_folded(products: Path, tmp_path: Path) -> None:
    long = b"x" * 300
    for run in (A, B):
        shutil.rmtree(tmp_path / "products" / run / "product")
    keep(products / A, {"main.py": long})
    keep(products / B, {"main.py": b"y" + long})
    assert f"+y{long.decode()}" in table(products, 80, patch=True).splitlines()


def test_of_a_long_prompt_only_what_differs_is_shown(softhouse: Softhouse, tmp_path: Path) -> None:
    def with_rule(rule: str) -> dict[str, Any]:
        roles = {"programmer": {"title": "Programmer", "prompt": f"{PROMPT}\n{rule}\n{PROMPT}"}}
        return {"company": {"name": "pair"}, "roles": roles, "phases": {}, "chains": {}}

    write_run(tmp_path / "products", [started(company=with_rule("Be brief."))], A)
    write_run(tmp_path / "products", [started(company=with_rule("Take your time."))], B)
    assert (
        "cards\trole programmer: prompt\t… / Be brief. / …\t… / Take your time. / …"
        in softhouse("diff", A, B).out.splitlines()
    )


def test_of_a_long_line_the_part_that_differs_is_shown(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    words = "word " * 200
    write_run(tmp_path / "products", [started(task={"text": f"{words}one"})], A)
    write_run(tmp_path / "products", [started(task={"text": f"{words}two"})], B)
    (task,) = [line for line in softhouse("diff", A, B).out.splitlines() if "\ttask\t" in line]
    _, _, a, b = task.split("\t")
    assert (a.endswith("word one"), b.endswith("word two")) == (True, True)
    assert max(len(a), len(b)) < 100


def test_a_difference_that_cannot_be_seen_is_said(softhouse: Softhouse, tmp_path: Path) -> None:
    write_run(tmp_path / "products", [started(task={"text": "a clock"})], A)
    write_run(tmp_path / "products", [started(task={"text": "a clock\n"})], B)
    said = softhouse("diff", A, B).out
    assert "order\ttask\ta clock\ta clock / (not the same: see --json)" in said


def test_costs_are_told_in_dollars_or_as_unknown(softhouse: Softhouse, tmp_path: Path) -> None:
    hosted = {"model": "openai:m", "role_models": {"programmer": "openai:m"}}
    for run, cost in ((A, 0.25), (B, None)):
        call = [asked("1.a", "?"), answered("1.a", "!", cost=cost)]
        write_run(tmp_path / "products", [started(**hosted), *call], run)
    assert "outcome\tcost\t$0.2500\tno price known" in softhouse("diff", A, B).out.splitlines()


def test_a_millisecond_makes_no_difference(softhouse: Softhouse, tmp_path: Path) -> None:
    for run, second in ((A, "05.678"), (B, "05.999")):
        folder = write_run(tmp_path / "products", [started(), phase("1.a", "A")], run)
        begun, then = (folder / "journal.jsonl").read_text().splitlines()
        (folder / "journal.jsonl").write_text(
            f"{begun}\n{then.replace('05.678', second)}\n", encoding="utf-8"
        )
    assert "time" not in softhouse("diff", A, B).out
    assert "outcome\ttime\t0:00\t0:00" in softhouse("diff", A, B, "--all").out


def test_where_a_product_is_gone_the_journals_tell_the_files(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    for run, files in ((A, ("main.py", "old.py")), (B, ("main.py", "new.py"))):
        changes = [(path, "added", 1, 0) for path in files]
        write_run(tmp_path / "products", [started(), *committed("1.a", *changes)], run)
    lines = softhouse("diff", A, B, "--patch").out.splitlines()
    assert "files\told.py\tthere\t–" in lines
    assert "files\tnew.py\t–\tthere" in lines
    assert "files\tmain.py\tthere\tthere, perhaps changed" in lines
    assert "main.py: no text that could be compared" in lines


def test_a_product_that_has_lost_an_object_is_as_good_as_gone(
    softhouse: Softhouse, products: Path
) -> None:
    objects = products / A / "product" / ".git" / "objects"
    for lost in [path for path in objects.rglob("*") if path.is_file()]:
        content = lost.read_bytes()
        lost.unlink()
        said = softhouse("diff", A, B)
        assert said.code == 0
        assert "files\tmain.py\t–\t3 lines" in said.out.splitlines()
        lost.write_bytes(content)
    assert "files\tmain.py\t2 lines\t3 lines, +2 -1" in softhouse("diff", A, B).out.splitlines()


@pytest.mark.parametrize("run", ["nothing", "2026"])
def test_a_run_that_is_not_there_or_not_clear_is_an_error(
    softhouse: Softhouse, products: Path, run: str
) -> None:
    assert run in softhouse("diff", A, run).fails_with(2)


def test_a_run_whose_journal_cannot_be_read_is_an_error(
    softhouse: Softhouse, products: Path
) -> None:
    write_lines(products, "20260103-000000-broken-cccc", "nonsense")
    assert "journal.jsonl:1" in softhouse("diff", A, "last").fails_with(2)


def test_nothing_in_a_run_drives_the_terminal_or_forges_a_line(
    softhouse: Softhouse, products: Path
) -> None:
    hostile = steps((False,), run=EVIL, task={"text": EVIL}, seed=EVIL, model=EVIL)
    hostile += committed("9.a", (EVIL, "added", 1, 0))
    hostile += [
        ("deliverable", EVIL, {"phase": EVIL, "kind": "decision", "fields": {EVIL: [EVIL]}}),
        ("execution", "", {"checks": [check_data(EVIL, False)], "verified": False, "summary": ""}),
        ("run.ended", "", {"status": [EVIL], "exit_code": EVIL, "reason": EVIL}),
    ]
    write_run(products, hostile, "20260103-000000-hostile-cccc")
    for options in ((), ("--all",), ("--patch",)):
        said = softhouse("diff", A, "last", *options)
        assert said.code == 0
        assert "[/red][@click=x]" in said.out
        assert not set("\x1b\x07\u202e\r") & set(said.out)
        assert not [line for line in said.out.splitlines() if line.startswith("run\tforged")]
    shown = table(products, 100, A, "last", everything=True)
    assert not set("\x1b\x07\u202e\r") & set(shown)
    assert softhouse("diff", A, "last", "--json").code == 0


def test_no_line_of_a_file_can_pass_for_another_line_of_the_patch(
    softhouse: Softhouse, products: Path
) -> None:
    for run in (A, B):
        shutil.rmtree(products / run / "product")
    keep(products / A, {"main.py": b"a\n"})
    keep(products / B, {"main.py": "a\u2028+++ b/evil.py\r\n\x1b[2Jb\n".encode()})
    patch = softhouse("diff", A, B, "--patch").out.split("@@\n")[-1]
    assert patch.splitlines() == ["-a", "+a␤+++ b/evil.py␍", "+b"]


def test_a_journal_that_lacks_what_belongs_into_it_is_compared_all_the_same(
    softhouse: Softhouse, products: Path
) -> None:
    name = "20260103-000000-odd-cccc"
    odd = {"seq": 0, "at": AT, "kind": "run.started", "where": "", "data": {"schema": "1.0"}}
    write_lines(products, name, odd)
    said = softhouse("diff", A, "last")
    assert said.code == 0
    assert f"run\tB\t{name}\tbroken" in said.out
    for figure in ("calls\t1", "time\t0:00", "cost\tfree: ran on this machine"):
        assert f"outcome\t{figure}\t–" in said.out
    assert "is damaged" in table(products, 100, A, name)
    assert json.loads(softhouse("diff", A, name, "--json").out)["b"]["problem"]


def test_both_runs_complete(tmp_path: Path) -> None:
    write_run(tmp_path / "products", steps(), A)
    for words, number in (("softhouse diff 2026", "2"), ("softhouse diff last 2026", "3")):
        done = as_process(
            cwd=tmp_path,
            env={
                "_SOFTHOUSE_COMPLETE": "bash_complete",
                "COMP_WORDS": words,
                "COMP_CWORD": number,
            },
        )
        assert done.out.split(",")[-1].strip() == A
