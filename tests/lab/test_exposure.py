"""Whether the treatment happened: told by the journals, pair by pair with the baseline."""

from dataclasses import replace
from pathlib import Path

from company.lab.analysis.analysis import analyse
from company.lab.analysis.exposure import Exposure
from company.lab.execution.folder import LabFolder
from company.lab.report.report import report_page
from company.lab.report.reporting import study_with
from company.lab.report.results import results_frame
from tests.support.labs import plan_of, task, work_on
from tests.support.scripted_company import script
from tests.support.scripted_provider import ScriptedProvider
from tests.support.studies import Row, each_task, results, study
from warehouse.journal.journal import FILE_NAME

STUDY = Path(__file__).parents[2] / "examples/studies/small_companies"
CONDITIONS = {
    "solo": {"company": "solo"},
    "pair_without_tester": {"company": "pair", "chain": "pair_without_tester"},
    "pair": {"company": "pair"},
}
TASKS = ("tip", "bill")


async def worked_on(folder: LabFolder, *, baseline: str = "solo", paired: bool = True) -> None:
    """Every task under every condition, where nothing fails, so that nobody is asked to mend it."""
    async with ScriptedProvider.from_script(script()) as provider:
        plan = await plan_of([task(name) for name in TASKS], CONDITIONS, provider, overlay=STUDY)
        plan = replace(plan, baseline=baseline, paired=paired, metrics=("calls", "seconds"))
        with folder.locked(plan):
            await work_on(plan, folder.runs)


async def test_a_condition_that_asked_and_made_the_same_as_its_baseline_is_not_compared(
    tmp_path: Path,
) -> None:
    folder = LabFolder(tmp_path)
    await worked_on(folder)
    frame = results_frame(folder)
    told = frame.select("condition", "changed_requests", "same_product").unique(maintain_order=True)
    assert told.rows() == [("solo", 0, 1.0), ("pair_without_tester", 0, 1.0), ("pair", 1, 0.0)]
    asked = study_with(folder, frame)
    analysis = analyse(asked)
    assert analysis.exposures == (Exposure("pair_without_tester", 2, 2), Exposure("pair", 2, 0))
    # The seconds of the two differ, and mean nothing.
    assert {each.condition for each in analysis.comparisons} == {"pair"}
    assert analysis.incomparable == ()
    page = report_page(asked, analysis)
    assert "pair_without_tester was solo by another name: in all 2 pairs of runs" in page
    assert "Holm&#39;s correction, which counts 2 comparisons." in page
    assert '<td class="n">0 of 2</td>' in page


async def test_what_is_taken_away_is_a_treatment_too(tmp_path: Path) -> None:
    folder = LabFolder(tmp_path)
    await worked_on(folder, baseline="pair")
    (folder.run("solo--bill") / FILE_NAME).write_bytes(b'{"seq": 0}\n')
    solo = results_frame(folder).filter(condition="solo")
    assert solo["changed_requests"].to_list() == [1, None]
    assert solo["same_product"].to_list() == [0.0, None]


async def test_runs_with_seeds_of_their_own_have_no_counterpart(tmp_path: Path) -> None:
    folder = LabFolder(tmp_path)
    await worked_on(folder, paired=False)
    frame = results_frame(folder)
    assert frame["changed_requests"].null_count() == len(frame)
    assert analyse(study_with(folder, frame)).exposures == ()


SOLO = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]


def exposed(condition: str, *requests: float | None, product: float = 1.0) -> list[Row]:
    """Six tasks that each took one token more than alone."""
    rows = each_task(condition, "tokens", [value + 1 for value in SOLO])
    return [
        {**row, "changed_requests": asked, "same_product": product}
        for row, asked in zip(rows, requests, strict=True)
    ]


def test_one_pair_that_differs_or_may_differ_is_a_comparison() -> None:
    usual = [{**row, "changed_requests": 0.0, "same_product": 1.0} for row in each_task("solo", "tokens", SOLO)]  # fmt: skip
    rows = [
        *usual,
        *exposed("idle", *[0.0] * 6),
        *exposed("once", *[0.0] * 5, 2.0),
        *exposed("unread", *[0.0] * 5, None),
        *exposed("made", *[0.0] * 6, product=0.0),
    ]
    analysis = analyse(study(results(rows), metrics=("tokens",)))
    assert [each.treated for each in analysis.exposures] == [0, 1, 1, 6]
    assert [each.condition for each in analysis.comparisons] == ["once", "unread", "made"]
    assert {each.p_holm for each in analysis.comparisons} == {3 * 2 / 64}


def test_a_run_that_has_not_ended_is_no_pair() -> None:
    stopped = [{**row, "status": "stopped"} for row in exposed("idle", *[0.0] * 6)[:2]]
    rows = [*exposed("solo", *[0.0] * 6)[1:], *stopped, *exposed("idle", *[0.0] * 6)[2:]]
    assert analyse(study(results(rows))).exposures == (Exposure("idle", 4, 4),)


def test_tables_from_before_are_compared_as_they_were() -> None:
    analysis = analyse(study(results([*each_task("solo", "tokens", SOLO), *each_task("pair", "tokens", SOLO)])))  # fmt: skip
    assert analysis.exposures == ()
    assert len(analysis.comparisons) == 1
