"""What a study says of a published figure, by its own differences."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from company.errors import ConfigurationError
from company.lab.analysis.analysis import Analysis, analyse
from company.lab.design.published import Published
from company.lab.experiment import Experiment
from company.lab.report.report import report_page
from tests.support.studies import each_task, results, study

ALTERNATING = [-0.4, 0.3, 0.2, -0.3, 0.4, -0.2] * 2


def analysed(
    differences: list[float], value: float, *, metric: str = "checks_passed", **changes: Any
) -> Analysis:
    """A study whose condition `other` differs from `usual` by so much task by task."""
    usual = each_task("usual", metric, [0.5] * len(differences))
    other = each_task("other", metric, [0.5 + each for each in differences])
    published = Published("other", metric, value, "a paper")
    asked = study(results([*usual, *other]), metrics=(metric,), published=(published,), **changes)
    return analyse(asked)


@pytest.mark.parametrize(
    ("differences", "value", "verdict", "why"),
    [
        ([0.2, 0.25, 0.3] * 4, 0.25, "replicated", "holds"),
        ([0.2, 0.25, 0.3] * 4, 0.45, "replicated", "as large as published it is not"),
        ([0.2, 0.25, 0.3] * 4, -0.1, "not replicated", "the other way"),
        ([0.02, -0.02, 0.01, -0.01] * 3, 0.3, "not replicated", "leaves the published one out"),
        (ALTERNATING, 0.1, "could not tell", "may be there"),
        ([0.3, 0.2], 0.3, "could not tell", "may be there"),
        ([0.2, 0.25, 0.3] * 4, 0.0, "not replicated", "is shown"),
        (ALTERNATING, 0.0, "could not tell", "nor"),
    ],
)
def test_it_is_replicated_or_not_or_cannot_be_told(
    differences: list[float], value: float, verdict: str, why: str
) -> None:
    (one,) = analysed(differences, value).replications
    assert (one.verdict, why in one.why) == (verdict, True), one


def test_that_nothing_differs_is_replicated_within_a_margin() -> None:
    same = [0.02, -0.02, 0.01, -0.01] * 3
    (one,) = analysed(same, 0.0, margins={"checks_passed": 0.1}).replications
    assert one.verdict == "replicated"
    assert "margin" in one.why


def test_spending_is_held_against_a_factor() -> None:
    usual = each_task("usual", "tokens", [1_000.0 + 10 * n for n in range(12)])
    other = each_task("other", "tokens", [2_000.0 + 25 * n for n in range(12)])
    frame, factor = results([*usual, *other]), Published("other", "tokens", 0.5, "a paper")
    asked = study(frame, metrics=("tokens",), published=(factor,))
    (one,) = analyse(asked).replications
    assert one.verdict == "not replicated"
    assert "× 0.5" in report_page(asked, analyse(asked)).replace("\u202f", " ")


def test_what_could_not_be_compared_cannot_be_told() -> None:
    usual = each_task("usual", "tokens", [1.0] * 6)
    other = [{**row, "task": f"{row['task']} other"} for row in each_task("other", "tokens", [2.0] * 6)]  # fmt: skip
    published = Published("other", "tokens", 2.0, "a paper")
    asked = study(results([*usual, *other]), metrics=("tokens",), published=(published,))
    (one,) = analyse(asked).replications
    assert (one.verdict, one.comparison) == ("could not tell", None)
    assert "could not tell" in report_page(asked, analyse(asked))


def test_the_report_names_source_figure_and_verdict() -> None:
    published = (Published("other", "checks_passed", 0.25, "a <paper>"),)
    frame = results(
        [*each_task("usual", "checks_passed", [0.5] * 12),
         *each_task("other", "checks_passed", [0.7, 0.75, 0.8] * 4)]
    )  # fmt: skip
    asked = study(frame, metrics=("checks_passed",), published=published)
    page = report_page(asked, analyse(asked))
    assert "a &lt;paper&gt;" in page
    assert "<strong>replicated</strong>" in page


@pytest.mark.parametrize(
    ("figure", "says"),
    [
        ({"condition": "pairs"}, "is called 'pairs' — did you mean 'pair'?"),
        ({"condition": "solo"}, "no condition or contrast is compared that is called 'solo'"),
        ({"metric": "complete"}, "'complete' is none of the metrics — did you mean 'completed'?"),
        ({"value": -30.0}, "-0.3 is 30 points fewer"),
        ({"metric": "tokens", "value": -0.5}, "a factor above 0"),
    ],
)
def test_what_is_no_figure_of_the_study_is_told(
    figure: dict[str, Any], says: str, tmp_path: Path
) -> None:
    usual = {"condition": "pair", "metric": "completed", "value": 0.2, "source": "a paper"}
    card = {"name": "s", "tasks": ["t"], "factors": {"company": ["solo", "pair"]}}
    path = tmp_path / "study.yaml"
    path.write_text(yaml.safe_dump({**card, "published": [usual | figure]}))
    with pytest.raises(ConfigurationError) as raised:
        _ = Experiment.load(path).published
    assert says in str(raised.value)
