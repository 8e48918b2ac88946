"""The lines that the documentation and every report give: run as they stand, they make the table."""

import re
from pathlib import Path

import polars as pl
import pytest

from company.lab.analysis.analysis import Analysis, analyse
from company.lab.analysis.interval import Unknown
from company.lab.analysis.study import Study
from company.lab.design.contrasts import Weighed
from company.lab.report.report import report_page
from company.lab.report.tables import rederiving, write_tables
from tests.support.studies import study, usual_results

DOCS = Path(__file__).parents[3] / "docs" / "reports.md"


def documented() -> str:
    """The program of the documentation."""
    (found,) = (
        code
        for code in re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
        if "read_parquet" in code
    )
    return found


def run(program: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, pl.DataFrame]:
    """What a program leaves behind that is run where the tables lie."""
    monkeypatch.chdir(folder)
    left: dict[str, pl.DataFrame] = {}
    exec(compile(program, "documented", "exec"), left)
    return left


def unfinished_results() -> pl.DataFrame:
    """The usual ones, with runs that have not ended and a value that is missing."""
    frame = usual_results()
    odd = pl.int_range(pl.len()) % 11 == 3
    return frame.with_columns(
        pl.when(odd).then(pl.lit("unfinished")).otherwise("status").alias("status"),
        pl.when(pl.int_range(pl.len()) == 25).then(None).otherwise("tokens").alias("tokens"),
    )


def agree(left: dict[str, pl.DataFrame], asked: Study, analysis: Analysis) -> None:
    for metric in asked.metrics:
        means = dict(left["means"].select("condition", metric).iter_rows())
        for each in analysis.estimates[metric]:
            assert not isinstance(each.mean, Unknown)
            assert means[each.condition] == pytest.approx(each.mean)
    for each in analysis.comparisons:
        differences = dict(left["differences"].select("condition", each.metric).iter_rows())
        assert differences[each.condition] == pytest.approx(each.difference)


def test_the_documented_lines_make_the_main_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = study(unfinished_results())
    write_tables(asked.frame, tmp_path)
    analysis = analyse(asked)
    assert len(analysis.comparisons) == 4
    agree(run(documented(), tmp_path, monkeypatch), asked, analysis)


def test_the_documented_lines_are_the_report_s_and_no_more_than_ten() -> None:
    program = documented()
    assert program == rederiving(["completed", "tokens"], "solo", paired=True)
    assert len([line for line in program.splitlines() if line]) == 10


@pytest.mark.parametrize("paired", [True, False])
def test_the_lines_of_a_report_make_its_own_table(
    paired: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = 'pair "of two"\n'
    frame = unfinished_results().with_columns(pl.col("condition").replace("pair", base))
    asked = study(frame, baseline=base, paired=paired, metrics=("checks_passed", "seconds"))
    write_tables(frame, tmp_path)
    program = rederiving(asked.metrics, base, paired=paired)
    agree(run(program, tmp_path, monkeypatch), asked, analyse(asked))


def test_the_lines_of_a_study_of_effects_make_its_effects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the tasks count that were measured under all of its conditions."""
    other = "pair without tester"
    effect = Weighed("two \u00d7 tester", "solo", {"solo": -1.0, "pair": 0.5, other: 0.5})
    frame = unfinished_results()
    unmeasured = (pl.col("condition") == "pair") & (pl.col("task") == "task-03")
    frame = frame.with_columns(pl.when(~unmeasured).then("completed").alias("completed"))
    asked = study(
        frame, metrics=("completed", "seconds"), compares_conditions=False, contrasts=(effect,)
    )
    write_tables(frame, tmp_path)
    program = rederiving(asked.metrics, None, paired=True, contrasts=asked.contrasts)
    left = run(program, tmp_path, monkeypatch)
    (completed, seconds) = analyse(asked).comparisons
    assert completed.tasks == seconds.tasks - 1
    (made,) = left["effects"].iter_rows(named=True)
    assert made["effect"] == effect.name
    assert made["completed"] == pytest.approx(completed.difference)
    assert made["seconds"] == pytest.approx(seconds.difference)
    assert "differences" not in left
    page = report_page(asked, analyse(asked))
    assert "These lines of polars make the means and effects again" in page


def test_the_lines_of_a_batch_make_means_only() -> None:
    assert "differences" not in rederiving(["completed"], None, paired=True)
