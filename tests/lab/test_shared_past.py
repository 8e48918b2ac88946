"""What two conditions have in common is made once: their runs part where their requests do."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from company.cards.company_card import RunLimits
from company.engine.run import Rehearsal, Run
from company.lab.execution.job_status import job_status_of
from company.lab.execution.progress import Tally
from tests.support.houses import write_cards
from tests.support.labs import plan_of, task, work_on
from tests.support.scripted_company import A_REVIEW_THAT_HELPS, REJECTED, mended, script
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import PersonSaid
from warehouse.history.summary import SummaryFold
from warehouse.journal.journal import FILE_NAME, Event, read_events
from warehouse.product.product import Product


def parent_of(runs: Path, job: str) -> tuple[str, str]:
    """The run a job was forked from, and the step with which they part."""
    summary = SummaryFold(read_events(runs / job / FILE_NAME)).summary
    return summary.parent, summary.forked_at


def scripted(**replies: list[object]) -> ScriptedProvider:
    return ScriptedProvider.from_script(script(**replies))


async def test_a_longer_chain_goes_on_where_a_shorter_one_ends(tmp_path: Path) -> None:
    async with scripted() as provider:
        plan = await plan_of(
            [task()], {"solo": {"company": "solo"}, "pair": {"company": "pair"}}, provider
        )
        await work_on(plan, tmp_path)
        asked = [call.user for call in provider.calls]
    assert parent_of(tmp_path, "pair--tip") == ("solo--tip", "handover")
    assert sum("Write the whole program" in words for words in asked) == 1
    assert sum("Write tests" in words for words in asked) == 1


async def test_a_shorter_chain_ends_where_a_longer_one_goes_on(tmp_path: Path) -> None:
    async with scripted() as provider:
        plan = await plan_of(
            [task()], {"pair": {"company": "pair"}, "solo": {"company": "solo"}}, provider
        )
        await work_on(plan, tmp_path)
        assert len(provider.calls) == 2
    assert parent_of(tmp_path, "solo--tip") == ("pair--tip", "2.first_run")
    assert sorted(Product.open(tmp_path / "solo--tip" / "product").files()) == [
        "main.py", "report.py", "tip.py",
    ]  # fmt: skip


async def test_an_ablation_of_the_last_phase_costs_the_last_phase(tmp_path: Path) -> None:
    write_cards(tmp_path / "cards", "phases", manual_short={
        "title": "Short manual", "talk": {"instructor": "ceo", "assistant": "cpo"},
        "sees": ["task"], "yields": {"document": "MANUAL.md"}, "prompt": "Write the manual in a line: {{ task }}",
    })  # fmt: skip
    steps = ["demand_analysis", "language_choice", "design", "coding"]
    write_cards(
        tmp_path / "cards", "chains", long={"steps": [*steps, "manual"]}, other={"steps": [*steps, "manual_short"]}
    )  # fmt: skip
    conditions = {name: {"company": "default", "chain": name} for name in ("long", "other")}
    async with scripted() as provider:
        plan = await plan_of([task()], conditions, provider, overlay=tmp_path / "cards")
        await work_on(plan, tmp_path / "runs")
        assert len(provider.calls) == 5 + 1
    assert parent_of(tmp_path / "runs", "other--tip") == ("long--tip", "5.manual")


async def test_conditions_that_come_to_the_same_cost_nothing_twice(tmp_path: Path) -> None:
    rounds = {f"{n} rounds": {"company": "default", "loops.review.max": n} for n in (3, 5)}
    async with scripted(**A_REVIEW_THAT_HELPS) as provider:
        plan = await plan_of([task()], rounds, provider)
        await work_on(plan, tmp_path)
        calls = len(provider.calls)
        texts = [call.body["messages"] for call in provider.calls]
    assert calls == len({str(messages) for messages in texts})
    trees = [Product.open(tmp_path / job.id / "product").files() for job in plan.jobs]
    assert trees[0] == trees[1]


@pytest.mark.parametrize(
    "intervention",
    [
        {"mute": "code_reviewer"},
        {"drop": "code_reviewer"},
        {"corrupt": {"role": "code_reviewer", "share": 0.9}},
        {"say": {"role": "code_reviewer", "text": "Be kind."}},
    ],
)
async def test_an_intervention_shares_what_came_before_it_and_nothing_after(
    tmp_path: Path, intervention: dict[str, Any]
) -> None:
    """Found: a reply that is altered on its way was asked for alike, so its step was shared to the end."""
    conditions: dict[str, dict[str, Any]] = {
        "usual": {"company": "default"},
        "treated": {"company": "default", "interventions": [{"at": "review", **intervention}]},
    }
    async with scripted(**A_REVIEW_THAT_HELPS) as provider:
        plan = await plan_of([task()], conditions, provider)
        await work_on(plan, tmp_path)
        asked = [call.user for call in provider.calls]
    parent, step = parent_of(tmp_path, "treated--tip")
    assert parent == "usual--tip"
    assert "review_comment" in step
    assert sum("Write the whole program" in words for words in asked) == 1
    events = read_events(tmp_path / "treated--tip" / FILE_NAME)
    done = [event.where for event in events if event.kind == "intervention"]
    assert done and all(where.startswith(step.split("/")[0]) for where in done)


async def test_another_seed_or_model_setting_shares_nothing(tmp_path: Path) -> None:
    warm = {f"t{t}": {"company": "solo", "temperature": t} for t in (0.1, 0.9)}
    async with scripted() as provider:
        plan = await plan_of([task()], warm, provider)
        await work_on(plan, tmp_path)
        assert [call.body["temperature"] for call in provider.calls] == [0.1, 0.9]
    assert parent_of(tmp_path, "t0.9--tip") == ("", "")


async def test_of_several_pasts_the_longest_is_shared(tmp_path: Path) -> None:
    conditions = {
        "solo": {"company": "solo"},
        "pair": {"company": "pair"},
        "pair, two rounds": {"company": "pair", "loops.testing.max": 2},
    }
    async with scripted() as provider:
        plan = await plan_of([task()], conditions, provider)
        await work_on(plan, tmp_path)
        assert len(provider.calls) == 2
    assert parent_of(tmp_path, "pair, two rounds--tip")[0] == "pair--tip"


async def test_of_many_pasts_those_that_part_elsewhere_are_not_even_walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One factor at a time: a condition may share more with a fork that parts where it parts itself."""
    walked: list[str] = []
    rehearse = Run.rehearse

    async def noted(run: Run) -> Rehearsal:
        walked.append(run.folder.name)
        return await rehearse(run)

    usual = {"company": "default"}
    conditions = {
        "baseline": usual,
        "demand": {**usual, "phases.demand_analysis.temperature": 0.9},
        "design": {**usual, "phases.design.temperature": 0.9},
        "manual": {**usual, "phases.manual.temperature": 0.9},
        "manual, too": {**usual, "phases.manual.temperature": 0.8},
        "both": {**usual, "phases.design.temperature": 0.9, "phases.manual.temperature": 0.9},
    }
    async with scripted() as provider:
        *five, _ = (plan := await plan_of([task()], conditions, provider)).jobs
        await work_on(replace(plan, jobs=tuple(five)), tmp_path)
        monkeypatch.setattr(Run, "rehearse", noted)
        await work_on(plan, tmp_path)
    assert parent_of(tmp_path, "both--tip")[0] == "design--tip"
    # The last walk is that of the fork itself, before it is made.
    assert walked == ["baseline--tip", "demand--tip", "design--tip", "design--tip"]


async def test_figures_of_the_whole_count_a_shared_past_once(tmp_path: Path) -> None:
    async with scripted() as provider:
        plan = await plan_of(
            [task()], {"solo": {"company": "solo"}, "pair": {"company": "pair"}}, provider
        )
        tally = Tally(2)
        await work_on(plan, tmp_path, tally=tally)
        assert tally.used.calls == len(provider.calls) == 2


def findings_then_coding(cards: Path) -> dict[str, dict[str, Any]]:
    """Two conditions that ask the same first question, and name what they found differently."""
    write_cards(
        cards, "phases",
        finding={
            "title": "Found by A", "talk": {"instructor": "ceo", "assistant": "cpo"},
            "sees": ["task"], "yields": {"report": {"found": "str"}}, "prompt": "Find out: {{ task }}",
        },
        telling={
            "title": "Telling", "talk": {"instructor": "cto", "assistant": "programmer"},
            "sees": ["task", "history"], "yields": {"files": {}},
            "prompt": "Write the whole program of {{ task }} by this. {{ history }}",
        },
    )  # fmt: skip
    write_cards(cards, "chains", found={"steps": ["finding", "telling"]})
    company = {"company": "default", "chain": "found"}
    return {"a": company, "b": {**company, "phases.finding.title": "Found by B"}}


async def test_what_follows_a_shared_past_is_what_the_run_alone_would_have_asked(
    tmp_path: Path,
) -> None:
    conditions = findings_then_coding(tmp_path / "cards")
    async with scripted(**{"Find out": ['{"found": "Tips are sums."}']}) as provider:
        plan = await plan_of([task()], conditions, provider, overlay=tmp_path / "cards")
        await work_on(plan, tmp_path / "runs")
        asked = [call.user for call in provider.calls]
    assert sum("Find out" in words for words in asked) == 1
    assert ["Found by A" in words for words in asked if "whole program" in words] == [True, False]
    assert "Found by B" in asked[-1]


async def test_the_limits_of_a_run_bound_its_shared_past_too(tmp_path: Path) -> None:
    conditions = {"solo": {"company": "solo"}, "pair": {"company": "pair"}}
    async with scripted() as provider:
        plan = await plan_of([task()], conditions, provider, limits=RunLimits(calls=1))
        tally = await work_on(plan, tmp_path)
        assert len(provider.calls) == 1
    summaries = [job_status_of(tmp_path / job.id).summary for job in plan.jobs]
    assert [summary and summary.status for summary in summaries] == ["unverified", "stopped"]
    assert (tally.done, tally.problems) == (2, {})


NO_PROGRAM: dict[str, list[object]] = {
    words: ["I cannot."] for words in ("Write the whole program", "no file that can be used")
}
ROUNDS = {f"{n} rounds": {"company": "default", "loops.review.max": n} for n in (3, 5)}


@pytest.mark.parametrize(
    ("replies", "limits"),
    [(NO_PROGRAM, None), ({}, RunLimits(calls=3))],
    ids=["failed", "limited"],
)
async def test_runs_that_came_to_no_handover_share_all_they_have_in_common(
    tmp_path: Path, replies: dict[str, list[object]], limits: RunLimits | None
) -> None:
    async with scripted(**replies) as provider:
        plan = await plan_of([task()], ROUNDS, provider, limits=limits)
        tally = await work_on(plan, tmp_path)
        asked = len(provider.calls)
    assert (tally.done, tally.problems) == (2, {})
    first, second = (job_status_of(tmp_path / job.id).summary for job in plan.jobs)
    assert first is not None
    assert second is not None
    assert (second.status, second.exit_code) == (first.status, first.exit_code)
    assert (second.usage.calls, second.parent, first.usage.calls) == (0, first.run, asked)


async def test_a_fork_that_was_laid_down_and_not_begun_is_gone_on_with(tmp_path: Path) -> None:
    conditions = {"solo": {"company": "solo"}, "pair": {"company": "pair"}}
    async with scripted() as provider:
        plan = await plan_of([task()], conditions, provider)
        await work_on(plan, tmp_path)
        journal = tmp_path / "pair--tip" / FILE_NAME
        lines = journal.read_bytes().splitlines(keepends=True)
        forked = next(event.seq for event in read_events(journal) if event.kind == "run.forked")
        journal.write_bytes(b"".join(lines[: forked + 1]))
        tally = await work_on(plan, tmp_path)
        assert len(provider.calls) == 2 + 1
    assert (tally.done, tally.problems) == (1, {})


async def test_a_parent_whose_commits_are_gone_is_done_without(tmp_path: Path) -> None:
    conditions = {"solo": {"company": "solo"}, "pair": {"company": "pair"}}
    async with scripted() as provider:
        await work_on(await plan_of([task()], {"solo": {"company": "solo"}}, provider), tmp_path)
        shutil.rmtree(tmp_path / "solo--tip/product/.git/objects")
        tally = await work_on(await plan_of([task()], conditions, provider), tmp_path)
        assert len(provider.calls) == 1 + 2
    assert (tally.done, tally.problems) == (1, {})
    assert parent_of(tmp_path, "pair--tip") == ("", "")


async def test_a_past_in_which_a_person_spoke_is_shared_with_nobody(tmp_path: Path) -> None:
    conditions = {"solo": {"company": "solo"}, "pair": {"company": "pair"}}
    async with scripted() as provider:
        await work_on(await plan_of([task()], {"solo": {"company": "solo"}}, provider), tmp_path)
        journal = tmp_path / "solo--tip" / FILE_NAME
        first, *rest = read_events(journal)
        said = Event(1, first.at, "", PersonSaid("cpo", "Use colours."))
        told = [first, said, *(structs.replace(event, seq=event.seq + 1) for event in rest)]
        journal.write_bytes(b"".join(event.line() for event in told))
        await work_on(await plan_of([task()], conditions, provider), tmp_path)
        assert len(provider.calls) == 1 + 2
    assert parent_of(tmp_path, "pair--tip") == ("", "")


async def test_steps_of_every_kind_are_shared(tmp_path: Path) -> None:
    steps = [
        "coding",
        {"parallel": {"steps": ["test_writing", "manual"]}},
        {"when": {"if": "product.files", "steps": ["run_tests"]}},
        {"graph": {"name": "net", "topology": "chain", "nodes": 2, "critique": "critique", "refine": "refine", "merge": "merge"}},
    ]  # fmt: skip
    write_cards(
        tmp_path / "cards",
        "chains",
        few={"steps": steps},
        more={"steps": [*steps, "demand_analysis"]},
    )
    conditions = {name: {"company": "default", "chain": name} for name in ("few", "more")}
    replies: dict[str, list[object]] = {
        "approved: true only if": [REJECTED], "Make it better": [mended("TIP = 1")]
    }  # fmt: skip
    async with scripted(**replies) as provider:
        plan = await plan_of([task()], conditions, provider, overlay=tmp_path / "cards")
        tally = await work_on(plan, tmp_path / "runs")
        texts = [str(call.body["messages"]) for call in provider.calls]
    assert tally.problems == {}
    assert parent_of(tmp_path / "runs", "more--tip") == ("few--tip", "handover")
    assert len(texts) == len(set(texts))
