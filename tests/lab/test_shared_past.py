"""What two conditions have in common is made once: their runs part where their requests do."""

from pathlib import Path

from company.lab.progress import Tally
from tests.support.houses import write_cards
from tests.support.labs import plan_of, task, work_on
from tests.support.scripted_company import A_REVIEW_THAT_HELPS, script
from tests.support.scripted_provider import ScriptedProvider
from warehouse.journal import FILE_NAME, read_events
from warehouse.product import Product
from warehouse.summary import SummaryFold


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
    assert parent_of(tmp_path, "solo--tip") == ("pair--tip", "2.run_tests")
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


async def test_figures_of_the_whole_count_a_shared_past_once(tmp_path: Path) -> None:
    async with scripted() as provider:
        plan = await plan_of(
            [task()], {"solo": {"company": "solo"}, "pair": {"company": "pair"}}, provider
        )
        tally = Tally(2)
        await work_on(plan, tmp_path, tally=tally)
        assert tally.used.calls == len(provider.calls) == 2
