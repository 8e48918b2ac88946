"""`softhouse estimate`: what past runs say of one to come."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Softhouse
from tests.support.journals import Step, answered, asked, started, write_lines, write_run

TASK = "a chess clock"
OF_PAIR = ("estimate", TASK, "--company", "pair", "--model", "lmstudio:m")


def past(
    products: Path, number: int, *, calls: int = 2, cost: float | None = 0.0, **more: Any
) -> str:
    """A run of so many calls; `status` is how it ended, `forked` says that it is a fork."""
    status, forked = more.pop("status", "verified"), more.pop("forked", False)
    name = f"20260101-00000{number}-past-000{number}"
    begun = started(run=name, **more)
    steps: list[Step] = [begun]
    if forked:
        fork = {"run": name, "name": "fork", "parent": "p", "at": "2.testing", "set": {}}
        steps.append(("run.forked", "", {**fork, "order": begun[2]}))
    for call in range(calls):
        where = f"1.coding/turn-{call + 1}"
        steps += [asked(where, "?"), answered(where, "!", cost=cost)]
    end = {"status": status, "exit_code": 0, "reason": ""}
    steps.append(("run.ended", "", end))
    write_run(products, steps, name)
    return name


@pytest.fixture
def products(tmp_path: Path) -> Path:
    return tmp_path / "products"


def test_an_estimate_says_what_it_is_based_on(softhouse: Softhouse, products: Path) -> None:
    for number, calls in enumerate((2, 4, 9)):
        past(products, number, calls=calls, status="verified" if number else "unverified")
    said = softhouse(*OF_PAIR)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[:3] == [
        "Task      a chess clock",
        "By        pair by the pair chain, lmstudio:m",
        "Estimate  from 3 past runs of this kind in products, 2 of them verified",
    ]
    figures = dict(line.split(maxsplit=1) for line in lines[4:] if line.startswith(("C", "T")))
    assert "smallest to largest" in said.out
    assert figures["Calls"] == "4   2 to 9"
    assert "Prompt tokens            400   200 to 900" in said.out
    assert "Completion tokens         80   40 to 180" in said.out
    assert "free: ran on this machine" in said.out
    assert "Tasks differ" in said.out


def test_five_runs_and_more_are_told_by_percentiles(softhouse: Softhouse, products: Path) -> None:
    for number in range(5):
        past(products, number, calls=number + 1)
    said = softhouse(*OF_PAIR).out
    assert "10th to 90th percentile" in said
    assert "smallest to largest" not in said


def test_an_estimate_of_a_single_run_claims_no_spread(softhouse: Softhouse, products: Path) -> None:
    past(products, 1)
    said = softhouse(*OF_PAIR).out
    assert "from 1 past run of this kind" in said
    assert "(a single run has no spread)" in said
    assert " to " not in said.split("spread)")[1].split("Tasks differ")[0]


def test_what_is_not_known_is_unknown_and_no_failure(softhouse: Softhouse, products: Path) -> None:
    past(products, 1, model="ollama:other")
    said = softhouse(*OF_PAIR)
    assert said.code == 0
    assert "unknown: no run of this kind has come to its end in products" in said.out
    assert "Known there: pair by the pair chain, ollama:other (1 run)." in said.out
    record = json.loads(softhouse(*OF_PAIR, "--json").out)
    assert record["runs"] == []
    assert {record[name] for name in ("calls", "prompt_tokens", "cost", "seconds")} == {None}


def test_an_empty_products_folder_is_no_failure_either(softhouse: Softhouse) -> None:
    said = softhouse(*OF_PAIR)
    assert (said.code, "unknown" in said.out, "Known there" in said.out) == (0, True, False)


def test_the_cost_is_unknown_where_calls_had_no_known_price(
    softhouse: Softhouse, products: Path
) -> None:
    past(products, 1, cost=None)
    cost = next(line for line in softhouse(*OF_PAIR).out.splitlines() if line.startswith("Cost"))
    assert cost.split(maxsplit=1)[1] == "unknown: no price known"
    assert json.loads(softhouse(*OF_PAIR, "--json").out)["cost"] is None


def test_the_cost_of_hosted_models_is_told_in_dollars(softhouse: Softhouse, products: Path) -> None:
    for number, cost in enumerate((0.01, 0.03)):
        past(products, number, cost=cost, model="openai:gpt-5.4-mini")
    said = softhouse("estimate", TASK, "--company", "pair", "--model", "openai:gpt-5.4-mini").out
    assert "Cost                 $0.0400   $0.0200 to $0.0600" in said


def test_runs_that_were_cut_short_and_forks_are_named_and_not_counted(
    softhouse: Softhouse, products: Path
) -> None:
    past(products, 1, calls=3)
    stopped = past(products, 2, calls=50, status="stopped")
    fork = past(products, 3, calls=1, forked=True)
    write_lines(products, "20260103-000000-broken-0001", "nonsense")
    said = softhouse(*OF_PAIR).out
    assert (
        f"Left aside: 1 run not come to an end, so a lower bound only: {stopped} (stopped)." in said
    )
    assert f"Left aside: 1 fork, with part of the work done before: {fork} (verified)." in said
    assert "Left aside: 1 run whose journal cannot be read." in said
    record = json.loads(softhouse(*OF_PAIR, "--json").out)
    assert record["calls"] == {
        "runs": 1, "median": 3.0, "low": 3.0, "high": 3.0, "percentiles": False,
    }  # fmt: skip
    assert (record["cut_short"], record["forks"], record["broken"]) == ([stopped], [fork], 1)


def test_another_chain_is_another_kind_of_run(softhouse: Softhouse, products: Path) -> None:
    past(products, 1, calls=3)
    assert "unknown" in softhouse(*OF_PAIR, "--chain", "solo").out
    past(products, 2, calls=5, chain="solo")
    record = json.loads(softhouse(*OF_PAIR, "--chain", "solo", "--json").out)
    assert (record["chain"], record["calls"]["median"]) == ("solo", 5.0)


def test_a_provider_s_name_alone_means_its_default_model(
    softhouse: Softhouse, products: Path
) -> None:
    past(products, 1, model="local", calls=3)
    past(products, 2, model="local:qwen2.5-coder-1.5b", calls=5)
    for model in ("local", "local:qwen2.5-coder-1.5b"):
        said = softhouse("estimate", TASK, "--model", model, "--company", "pair").out
        assert "from 2 past runs" in said


def test_a_recorded_run_that_answers_is_found_by_any_of_its_names(
    softhouse: Softhouse, products: Path
) -> None:
    answering = past(products, 1)
    past(products, 2, model=f"replay:{products / answering}")
    past(products, 3, model="replay:gone")
    for name in (answering, answering[:17]):
        said = softhouse("estimate", TASK, "--company", "pair", "--model", f"replay:{name}").out
        assert "from 1 past run of this kind" in said
    asked_for = "estimate", TASK, "--company", "pair", "--model", "replay:nobody"
    assert "nobody" in softhouse(*asked_for).fails_with(2)


def test_company_and_model_are_chosen_as_for_a_run(
    softhouse: Softhouse, products: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "By        drafts by" in softhouse("estimate", TASK, "--model", "local").out
    monkeypatch.setenv("OPENAI_API_KEY", "sk-abcdefghijklmnopqrstu")
    said = softhouse("estimate", TASK).out
    assert "By        default by the waterfall chain, openai:gpt-" in said


def test_a_company_of_one_s_own_is_named_by_its_file(softhouse: Softhouse, products: Path) -> None:
    (products.parent / "mine.yaml").write_text("name: mine\ntitle: Mine\nchain: solo\n")
    past(
        products,
        1,
        company={"company": {"name": "mine"}, "roles": {}, "phases": {}, "chains": {}},
        chain="solo",
    )
    said = softhouse("estimate", TASK, "--company", "mine.yaml", "--model", "lmstudio:m").out
    assert "from 1 past run" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((" ",), "The task is empty"),
        ((TASK, "--company", "pear"), "did you mean"),
        ((TASK, "--company", "pair", "--model", "nonsense"), "no model id"),
        ((TASK, "--company", "pair", "--model", "lmstudio:m", "--chain", "none"), "chain"),
    ],
)
def test_what_could_not_be_run_cannot_be_estimated(
    softhouse: Softhouse, arguments: tuple[str, ...], words: str
) -> None:
    assert words in softhouse("estimate", *arguments).fails_with(2)


def test_nothing_in_a_journal_drives_the_terminal_or_ends_the_estimate(
    softhouse: Softhouse, products: Path
) -> None:
    evil = "\x1b[2J\x1b]52;c;aGk=\x07evil\u202e"
    past(products, 1, status=evil)
    past(products, 2, model=evil, company={"company": {"name": [evil]}})
    past(products, 3, model={"a": 1})
    said = softhouse(*OF_PAIR)
    assert said.code == 0
    assert "evil" in said.out
    assert not set("\x1b\x07\u202e") & set(said.out)
    assert softhouse(*OF_PAIR, "--json").code == 0
