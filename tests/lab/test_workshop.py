"""The jobs of a plan are done side by side, gone on with where they were left, and evaluated."""

import asyncio
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from company.cards.company_card import RunLimits
from company.engine.budget import SharedBudget
from company.errors import BudgetReached, ProviderError
from company.lab.evaluation.evaluation import evaluation_in
from company.lab.execution.job_status import job_status_of
from company.lab.execution.progress import Tally
from tests.support.labs import plan_of, pool, task, work_on
from tests.support.scripted_company import script
from tests.support.scripted_provider import Call, Reply, ScriptedProvider
from warehouse.events.conversion import as_json
from warehouse.journal.journal import FILE_NAME, Journal, read_events

SOLO = {"solo": {"company": "solo"}}
MAIN = "### main.py\n```python\nprint('tip', 60)\n```\n"


def saying(*replies: Any, **more: Any) -> ScriptedProvider:
    return ScriptedProvider(list(replies), **more)


async def test_every_job_is_done_and_examined(tmp_path: Path) -> None:
    tasks = [task(f"task-{n}") for n in range(5)]
    async with saying(MAIN) as provider:
        plan = await plan_of(tasks, SOLO, provider)
        tally = await work_on(plan, tmp_path)
    assert [job_status_of(tmp_path / job.id).stage for job in plan.jobs] == ["evaluated"] * 5
    assert (tally.done, tally.used.calls, tally.problems) == (5, 5, {})


async def test_as_many_jobs_as_wanted_are_worked_on_at_once_and_no_more(tmp_path: Path) -> None:
    three = asyncio.Event()

    async def answer(_: Call) -> str:
        if provider.in_flight == 3:
            three.set()
        await three.wait()
        return MAIN

    tasks = [task(f"task-{n}") for n in range(9)]
    async with saying(answer) as provider:
        await work_on(await plan_of(tasks, SOLO, provider), tmp_path, at_once=3)
        assert provider.most_in_flight == 3


async def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    async with saying(MAIN) as provider:
        plan = await plan_of([task()], SOLO, provider)
        await work_on(plan, tmp_path)
        before = (tmp_path / "solo--tip" / FILE_NAME).read_bytes()
        await work_on(plan, tmp_path)
        assert len(provider.calls) == 1
    assert (tmp_path / "solo--tip" / FILE_NAME).read_bytes() == before


async def test_one_failure_does_not_stop_the_others(tmp_path: Path) -> None:
    def answer(call: Call) -> Any:
        return Reply(fault="bad_request") if "broken" in call.user else MAIN

    tasks = [task("first"), task("second", "a broken one"), task("third")]
    async with saying(answer) as provider:
        plan = await plan_of(tasks, SOLO, provider)
        tally = await work_on(plan, tmp_path, at_once=1)
    assert tally.done == 2
    assert list(tally.problems) == ["solo--second"]


async def test_a_provider_that_refuses_everybody_ends_the_batch(tmp_path: Path) -> None:
    tasks = [task(f"task-{n}") for n in range(20)]
    async with saying(MAIN, key="another") as provider:
        plan = await plan_of(tasks, SOLO, provider)
        with pytest.raises(ProviderError):
            await work_on(plan, tmp_path, at_once=1)
        assert len(provider.calls) == 5


async def test_a_company_that_delivers_nothing_has_failed_and_is_examined(tmp_path: Path) -> None:
    async with saying("I cannot do that.") as provider:
        plan = await plan_of([task()], SOLO, provider)
        tally = await work_on(plan, tmp_path)
    assert tally.count("failed") == tally.done == 1


async def test_a_run_at_its_own_limit_is_examined_as_it_is(tmp_path: Path) -> None:
    async with ScriptedProvider.from_script(script()) as provider:
        plan = await plan_of(
            [task()], {"pair": {"company": "pair"}}, provider, limits=RunLimits(calls=1)
        )
        tally = await work_on(plan, tmp_path)
        assert len(provider.calls) == 1
    job_status = job_status_of(tmp_path / "pair--tip")
    assert (job_status.stage, job_status.summary and job_status.summary.exit_code) == (
        "evaluated",
        3,
    )
    assert tally.problems == {}


async def test_a_run_at_its_own_limit_is_examined_even_as_the_limit_of_all_is_reached(
    tmp_path: Path,
) -> None:
    async with ScriptedProvider.from_script(script()) as provider:
        pair, own = {"pair": {"company": "pair"}}, RunLimits(calls=1)
        plan = await plan_of([task("first"), task("second")], pair, provider, limits=own)
        tally = Tally(2)
        with pytest.raises(BudgetReached, match="of the whole"):
            await work_on(
                plan,
                tmp_path,
                at_once=1,
                tally=tally,
                shared_budget=SharedBudget(RunLimits(calls=1)),
            )
    assert (tally.evaluated, tally.problems) == (1, {})


async def test_a_run_that_the_shared_budget_lets_try_no_more_has_not_come_to_its_own_limit(
    tmp_path: Path,
) -> None:
    async with saying(Reply(fault="bad_json")) as provider:
        plan = await plan_of([task()], SOLO, provider)
        tally = await work_on(plan, tmp_path, shared_budget=SharedBudget(RunLimits(tokens=5_000)))
    job_status = job_status_of(tmp_path / "solo--tip")
    assert (job_status.stage, job_status.summary and job_status.summary.exit_code) == ("begun", 3)
    assert "of the whole" in tally.problems["solo--tip"]


async def test_the_limit_of_all_runs_ends_the_batch_and_more_lets_it_go_on(tmp_path: Path) -> None:
    tasks = [task(f"task-{n}") for n in range(6)]
    async with saying(MAIN) as provider:
        plan = await plan_of(tasks, SOLO, provider)
        with pytest.raises(BudgetReached):
            await work_on(plan, tmp_path, shared_budget=SharedBudget(RunLimits(calls=3)))
        assert len(provider.calls) == 3
        tally = await work_on(plan, tmp_path)
        assert len(provider.calls) == 6
    assert {job_status_of(tmp_path / job.id).stage for job in plan.jobs} == {"evaluated"}
    assert tally.problems == {}


async def test_stopped_in_the_middle_it_goes_on_without_a_call_twice(tmp_path: Path) -> None:
    tasks = [task(f"task-{n}", f"task number {n}") for n in range(4)]
    async with ScriptedProvider.from_script(script()) as provider:
        plan = await plan_of(tasks, {"pair": {"company": "pair"}}, provider)
        stopper = asyncio.current_task()
        ended: list[str] = []

        def stop(job: str, what: str) -> None:
            if what != "began":
                ended.append(job)
                if len(ended) == 2 and stopper is not None:
                    stopper.cancel()

        with pytest.raises(asyncio.CancelledError):
            await work_on(plan, tmp_path, tally=Tally(4, on_change=stop))
        asyncio.current_task().uncancel()  # type: ignore[union-attr]
        await work_on(plan, tmp_path)
        # Calls in flight when it was stopped may be made once more; none that was recorded is.
        recorded = [
            event.where
            for job in plan.jobs
            for event in read_events(tmp_path / job.id / FILE_NAME)
            if event.kind == "effect.ended" and as_json(event.data)["effect"] == "completion"
        ]
        assert len(recorded) == 8
        assert len(provider.calls) <= 8 + 2
    assert {job_status_of(tmp_path / job.id).stage for job in plan.jobs} == {"evaluated"}


@pytest.mark.parametrize(
    "left",
    [{"product/.git/HEAD": b"ref: "}, {".journal.jsonl.draft": b"{}\n"}, {FILE_NAME: b""}, {FILE_NAME: b'{"seq'}],
    ids=["half a product", "a draft of a fork", "an empty journal", "half a first line"],
)  # fmt: skip
async def test_remains_of_a_run_that_never_began_are_cleared_away(
    tmp_path: Path, left: dict[str, bytes]
) -> None:
    for name, content in left.items():
        (place := tmp_path / "solo--tip" / name).parent.mkdir(parents=True)
        place.write_bytes(content)
    async with saying(MAIN) as provider:
        tally = await work_on(await plan_of([task()], SOLO, provider), tmp_path)
    assert tally.done == 1


async def test_a_run_that_ended_and_was_not_examined_is_examined_without_a_call(
    tmp_path: Path,
) -> None:
    async with saying(MAIN) as provider:
        plan = await plan_of([task()], SOLO, provider)
        await work_on(plan, tmp_path)
        journal = tmp_path / "solo--tip" / FILE_NAME
        lines = journal.read_bytes().splitlines(keepends=True)
        assert json.loads(lines[-1])["kind"] == "examination"
        journal.write_bytes(b"".join(lines[:-1]))
        await work_on(plan, tmp_path)
        assert len(provider.calls) == 1
    assert evaluation_in(read_events(journal)) is not None


async def test_checks_are_run_on_the_product_and_never_shown_to_the_company(tmp_path: Path) -> None:
    checks = [
        {"name": "says 60", "run": "python3 main.py", "stdout": {"contains": ["60"]}},
        {"name": "says 61", "run": "python3 main.py", "stdout": {"contains": ["secret-61"]}},
    ]
    async with saying(MAIN) as provider:
        plan = await plan_of([task(checks=checks)], SOLO, provider, sandbox="bubblewrap")
        await work_on(plan, tmp_path)
        assert "secret-61" not in json.dumps([call.body for call in provider.calls])
    found = job_status_of(tmp_path / "solo--tip").evaluation
    assert found is not None
    assert [(each.name, each.passed) for each in found.acceptance] == [
        ("says 60", True),
        ("says 61", False),
    ]
    assert [(each.module, each.ok) for each in found.imports] == [("main.py", True)]


async def test_where_nothing_can_be_run_the_examination_says_so(tmp_path: Path) -> None:
    async with saying(MAIN) as provider:
        plan = await plan_of([task()], SOLO, provider)
        await work_on(plan, tmp_path)
    found = job_status_of(tmp_path / "solo--tip").evaluation
    assert found is not None
    assert (found.sandbox, found.acceptance, found.imports) == ("none", (), ())


async def test_a_past_that_no_longer_fits_is_no_result_and_says_what_to_do(tmp_path: Path) -> None:
    async with saying(MAIN) as provider:
        plan = await plan_of(
            [task()], {"pair": {"company": "pair"}}, provider, limits=RunLimits(calls=1)
        )
        await work_on(plan, tmp_path)
        journal = tmp_path / "pair--tip" / FILE_NAME
        lines = [
            line
            for line in journal.read_bytes().splitlines(keepends=True)
            if b'"examination"' not in line
        ]
        begun, *others = lines
        others = [re.sub(rb'"digest":"[^"]+"', b'"digest":"of another"', line) for line in others]
        journal.write_bytes(b"".join([begun, *others]))
        for _ in range(2):
            tally = await work_on(plan, tmp_path)
            assert tally.done == 0
            assert f"Or take {tmp_path / 'pair--tip'} away" in tally.problems["pair--tip"]
        assert len(provider.calls) == 1
        shutil.rmtree(tmp_path / "pair--tip")
        assert (await work_on(plan, tmp_path)).done == 1


async def test_what_the_disk_refuses_is_said_in_words_and_ends_no_other_job(tmp_path: Path) -> None:
    (tmp_path / "solo--first").write_text("in the way")
    async with saying(MAIN) as provider:
        plan = await plan_of([task("first"), task("second")], SOLO, provider)
        tally = await work_on(plan, tmp_path)
    assert tally.done == 1
    assert "solo--first" in tally.problems
    assert "fault in softhouse" not in tally.problems["solo--first"]


async def test_a_run_that_somebody_else_works_on_is_left_to_them(tmp_path: Path) -> None:
    async with saying(MAIN) as provider:
        plan = await plan_of([task("first"), task("second")], SOLO, provider)
        await work_on(plan, tmp_path)
        journal = tmp_path / "solo--first" / FILE_NAME
        lines = journal.read_bytes().splitlines(keepends=True)
        journal.write_bytes(b"".join(lines[:4]))
        taken, _ = Journal.open(journal)
        tally = await work_on(plan, tmp_path)
        assert "Another process is working on solo--first" in tally.problems["solo--first"]
        taken.close()
        assert (await work_on(plan, tmp_path)).problems == {}


async def test_jobs_of_one_group_are_never_worked_on_side_by_side(tmp_path: Path) -> None:
    conditions = {f"seeded {n}": {"company": "solo", "temperature": n / 10} for n in range(4)}
    async with saying(MAIN, latency=0.01) as provider:
        plan = await plan_of([task()], conditions, provider)
        async with pool(plan, tmp_path, Tally(4)) as shop:
            await shop.work(plan.groups(), at_once=4)
        assert provider.most_in_flight == 1


async def test_an_examination_that_fails_is_not_taken_for_the_one_before(tmp_path: Path) -> None:
    async with saying(MAIN) as provider:
        plan = await plan_of([task()], SOLO, provider)
        await work_on(plan, tmp_path)
        shutil.rmtree(tmp_path / "solo--tip/product")
        tally = await work_on(plan, tmp_path, evaluate_again=True)
    assert (tally.evaluated, list(tally.problems)) == (0, ["solo--tip"])


async def test_checks_that_were_changed_are_run_anew_without_a_call(tmp_path: Path) -> None:
    def judged_by(number: int) -> Any:
        check = {"name": "says it", "run": "python3 main.py", "stdout": {"contains": [str(number)]}}
        return task(checks=[check])

    async with saying(MAIN) as provider:
        for number, passes in ((61, False), (60, True)):
            plan = await plan_of([judged_by(number)], SOLO, provider, sandbox="bubblewrap")
            await work_on(plan, tmp_path, evaluate_again=True)
            found = job_status_of(tmp_path / "solo--tip").evaluation
            assert found is not None
            assert [each.passed for each in found.acceptance] == [passes]
        assert len(provider.calls) == 1
