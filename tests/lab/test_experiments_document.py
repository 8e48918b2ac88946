"""docs/experiments.md says all that an experiment's file may hold, and nothing else."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from company.cards.company_card import RunLimits
from company.cards.validation import validate
from company.cards.yaml_file import parse_yaml
from company.lab.design.condition import Condition, SpecBook
from company.lab.design.design import conditions_of
from company.lab.design.experiment_card import ExperimentCard
from company.spec import RunSpec
from phases.chain import walk
from tests.support.labs import task

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


QUIET = "url:http://127.0.0.1:9/v1#quiet"
OTHER = "url:http://127.0.0.1:9/v1#other"


def of_steps(field: str) -> Callable[[RunSpec], Any]:
    """The field of the one step that has it under this name."""
    name, _, key = field.partition(".")

    def look(spec: RunSpec) -> Any:
        steps = [step for chain in spec.cards.chains.values() for step in walk(chain.steps)]
        (found,) = [step for step in steps if getattr(step, "name", "") == name]
        return getattr(found, key)

    return look


MUTED = [{"mute": "software_tester"}]
SET: dict[str, tuple[str, str, Any, Callable[[RunSpec], Any]]] = {
    "company": ("solo", "company", "pair", lambda o: o.cards.company.name),
    "chain": ("pair", "chain", "solo", lambda o: o.cards.chain.name),
    "acceptance": ("solo", "acceptance", "quoted", lambda o: o.acceptance),
    "model": ("solo", "model", OTHER, lambda o: o.models["programmer"]),
    "models.ROLE": ("solo", "models.programmer", OTHER, lambda o: o.models["programmer"]),
    "temperature": ("solo", "temperature", 0.9, lambda o: o.cards.company.defaults.temperature),
    "interventions": (
        "pair", "interventions", MUTED, lambda o: [each.model_dump() for each in o.cards.company.interventions]
    ),
    "customer": ("solo", "customer", True, lambda o: "customer" in o.cards.roles),
    "topology": ("network", "topology", "mesh", of_steps("network.topology")),
    "loops.NAME.FIELD": ("default", "loops.review.max", 7, of_steps("review.max")),
    "graphs.NAME.FIELD": ("network", "graphs.network.nodes", 3, of_steps("network.nodes")),
    "directs.NAME.FIELD": ("directed", "directs.directing.max", 5, of_steps("directing.max")),
    "parts.NAME.FIELD": ("team", "parts.programmers.max", 2, of_steps("programmers.max")),
    "phases.NAME.FIELD": ("solo", "phases.coding.title", "Writing", lambda o: o.cards.phases["coding"].title),
    "roles.NAME.FIELD": ("solo", "roles.programmer.temperature", 0.9, lambda o: o.cards.roles["programmer"].temperature),
    "company.FIELD": ("solo", "company.culture", "In haste.", lambda o: o.cards.company.culture),
    "seed": ("solo", "seed", 9, lambda o: o.seed),
}  # fmt: skip


def test_all_that_can_be_set_is_tried_here() -> None:
    table = TEXT.split("What can be set", 1)[1].split("## Designs", 1)[0]
    rows = re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE)
    assert [key for row in rows for key in re.findall(r"`(.*?)`", row)] == list(SET)


@pytest.mark.parametrize("key", SET)
async def test_what_can_be_set_by_the_document_is_set(key: str) -> None:
    company, setting, value, look = SET[key]
    book = SpecBook(Path("/nowhere"), sandbox="none", limits=RunLimits(), label="test")

    async def seen(**settings: Any) -> Any:
        condition = Condition("it", {"company": company, "model": QUIET, **settings})
        return look(await book.spec(task(), condition, name="tip", seed=1))

    assert await seen() != value
    assert await seen(**{setting: value}) == value
