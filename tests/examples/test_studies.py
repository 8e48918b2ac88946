"""The studies that are kept: their files are experiments, their tables make what their reports say,
and their reports are pages by themselves."""

import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from company.lab.analysis.analysis import analyse
from company.lab.analysis.interval import Unknown
from company.lab.analysis.study import Study
from company.lab.execution.folder import LabFolder
from company.lab.experiment import Experiment
from company.lab.report.reporting import study_with
from company.lab.report.tables import rederiving

EXAMPLES = Path(__file__).parents[2] / "examples"
KEPT = sorted(
    path.parent
    for kind in ("studies", "reproductions")
    for path in EXAMPLES.glob(f"{kind}/*/results")
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
each_study = pytest.mark.parametrize("study", KEPT, ids=lambda path: path.name)


def kept(study: Path) -> Study:
    """The study with the results that were kept."""
    folder = LabFolder(study / "results")
    return study_with(folder, pl.read_parquet(folder.path / "results.parquet"))


@each_study
async def test_a_study_s_file_still_plans_the_runs_that_were_made(study: Path) -> None:
    experiment = Experiment.load(study / "study.yaml")
    plan = await experiment.plan("bubblewrap")
    made = kept(study)
    assert set(made.frame["run"]) <= {job.id for job in plan.jobs}
    assert [each.name for each in plan.conditions] == list(made.conditions)
    assert experiment.configuration == made.configuration


@each_study
def test_the_documented_lines_make_a_study_s_table_from_its_parquet(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = kept(study)
    assert asked.baseline is not None
    monkeypatch.chdir(study / "results")
    left: dict[str, Any] = {}
    exec(rederiving(list(asked.metrics), asked.baseline, paired=asked.paired), left)
    analysis = analyse(asked)
    for metric in asked.metrics:
        means = dict(left["means"].select("condition", metric).iter_rows())
        for each in analysis.estimates[metric]:
            assert not isinstance(each.mean, Unknown)
            assert means[each.condition] == pytest.approx(each.mean)


@each_study
def test_every_run_of_a_study_can_be_read(study: Path) -> None:
    for run in kept(study).frame["run"]:
        page = (study / "results" / "runs" / run / "transcript.html").read_text("utf-8")
        assert "Write the whole program" in page


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@each_study
async def test_a_study_s_report_opens_by_itself_with_its_plots(study: Path) -> None:
    playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    report = (study / "results" / "report.html").absolute()
    asked: list[str] = []
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"], headless=True
        )
        page = await browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(report.as_uri())
        boxes = "nodes => nodes.map(n => n.getBoundingClientRect()).map(b => b.width * b.height)"
        plots = await page.eval_on_selector_all("figure svg[role=img]", boxes)
        await browser.close()
    assert asked == [report.as_uri()]
    assert len(plots) >= 3
    assert min(plots) > 10_000
