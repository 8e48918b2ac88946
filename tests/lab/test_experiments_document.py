"""docs/experiments.md says all that an experiment's file may hold, and nothing else."""

import re
from pathlib import Path

import yaml

from company.cards.validation import validate
from company.cards.yaml_file import parse_yaml
from company.lab.design import conditions_of
from company.lab.experiment_card import ExperimentCard

TEXT = (Path(__file__).parents[2] / "docs/experiments.md").read_text(encoding="utf-8")


def test_every_key_of_an_experiment_is_documented_and_no_other() -> None:
    table = TEXT.split("## The keys", 1)[1].split("What can be set", 1)[0]
    keys = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert keys == list(ExperimentCard.model_fields)


def test_the_example_is_an_experiment_of_four_conditions() -> None:
    example = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[0]
    card = validate(ExperimentCard, parse_yaml(example.encode(), "docs/experiments.md"))
    assert [each.name for each in conditions_of(card)] == [
        "solo, temperature=0.2", "solo, temperature=0.8", "pair, temperature=0.2", "pair, temperature=0.8",
    ]  # fmt: skip


def test_the_listed_design_is_one() -> None:
    part = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[1])
    card = ExperimentCard.model_validate({"name": "x", "tasks": ["t.yaml"], **part})
    assert [each.name for each in conditions_of(card)] == ["solo", "no_tester", "pair"]
