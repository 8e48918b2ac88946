"""The metrics as data, and docs/metrics.md, which says the same of each."""

import re
from pathlib import Path

import pytest

from company.lab.metrics.catalogue import METRICS, is_metric, metric_names, metric_of
from company.lab.metrics.measure import measure
from company.lab.metrics.python_code import RULES
from tests.support.journals import events, started

TEXT = (Path(__file__).parents[3] / "docs/metrics.md").read_text(encoding="utf-8")
ROWS = {
    row.split("`")[1]: [cell.strip() for cell in row.strip("|").split(" | ")]
    for row in TEXT.splitlines()
    if row.startswith("| `")
}


def test_the_document_names_every_metric_and_no_other() -> None:
    assert list(ROWS) == list(METRICS)


@pytest.mark.parametrize("name", METRICS)
def test_the_document_says_what_the_catalogue_says(name: str) -> None:
    metric = METRICS[name]
    kind = metric.kind.replace("_", "/") if metric.kind == "yes_no" else metric.kind
    unit = f"{kind}, {metric.unit}" if metric.unit else kind
    better = metric.better or ""
    assert [cell.strip() for cell in ROWS[name][1:]] == [
        metric.definition, unit, better, metric.source,
    ]  # fmt: skip


def test_every_metric_of_a_run_is_in_the_catalogue_and_every_plain_one_is_measured() -> None:
    found = measure(events([started()]), {})
    assert [name for name in found if "." not in name] == list(metric_names())
    assert all(is_metric(name) for name in found)


def test_metrics_of_roles_are_known_by_their_pattern() -> None:
    talk_share = metric_of("talk_share.programmer")
    assert talk_share is not None
    assert talk_share.name == "talk_share.*"
    unknown = ("words.", "words.*", "words.A b", "nothing.cto", "quality.cto", "speed")
    assert [name for name in unknown if is_metric(name)] == []


def test_definitions_are_one_or_two_or_three_plain_sentences() -> None:
    for metric in METRICS.values():
        assert re.fullmatch(r"[^\n|]+\.", metric.definition), metric.name
        assert metric.definition.count(". ") <= 2, metric.name


def test_the_rules_of_the_linter_are_named_as_its_source() -> None:
    named = re.findall(r"[EF]\d*", METRICS["lint"].source)
    assert named == RULES.split(",")
