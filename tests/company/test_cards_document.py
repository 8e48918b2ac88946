"""docs/cards.md says all that cards may hold, and nothing else."""

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic import BaseModel

from company.cards.check_chain import ROOTS
from company.cards.company_card import CompanyCard, Defaults, RunLimits
from company.cards.templates import FILTERS
from company.cards.validation import validate
from company.cards.yaml_file import parse_yaml
from company.mcp.card import ServerCard
from company.tools.registry import TOOLS
from phases.chain import Chain
from phases.phase import Ask, CallLimits, MapLimits, Phase, Section, Talk, ToolLimits
from phases.steps.best_of import BestOfStep
from phases.steps.chain import ChainStep
from phases.steps.direct import DirectStep
from phases.steps.each import EachStep
from phases.steps.graph import GraphStep
from phases.steps.loop import LoopStep
from phases.steps.parallel import ParallelStep
from phases.steps.registry import STEPS
from phases.steps.when import WhenStep
from phases.yields import FilesYield, Yields
from roles.role import Role

TEXT = (Path(__file__).parents[2] / "docs/cards.md").read_text(encoding="utf-8")
TABLES: list[tuple[str, type[BaseModel]]] = [
    ("## Role", Role),
    ("## Phase", Phase),
    (
        "[architecture.md](architecture.md#the-map-of-a-large-program) tells how the map is made. Of `map`:",
        MapLimits,
    ),
    ("### Talk", Talk),
    ("Of `tools`:", ToolLimits),
    ("A call that is recalled counts as it did. Of `turn` and `delegate`:", CallLimits),
    ("### Ask", Ask),
    ("Exactly one of:", Yields),
    ("Of `files`:", FilesYield),
    ("## Chain", Chain),
    ("### Each", EachStep),
    ("### Graph", GraphStep),
    ("### Direct", DirectStep),
    ("## Company", CompanyCard),
    ("Of a server in `mcp`, exactly one of `command` and `url`:", ServerCard),
    ("Of `defaults`:", Defaults),
]


def first_column(after: str) -> list[str]:
    """The words in the first column of the first table after a line."""
    rows = TEXT.split(f"\n{after}\n", 1)[1].split("\n| --- | --- |\n", 1)[1].split("\n\n", 1)[0]
    return [row.split(" | ")[0].removeprefix("| ").strip("`") for row in rows.splitlines()]


@pytest.mark.parametrize(("after", "model"), TABLES)
def test_every_key_of_a_card_is_documented_and_no_other(after: str, model: type[BaseModel]) -> None:
    assert first_column(after) == [info.alias or key for key, info in model.model_fields.items()]


def test_every_kind_of_step_is_documented_with_its_keys() -> None:
    kinds = "|".join(set(STEPS) - {"phase"})
    steps = dict(re.findall(rf"^\| `({kinds})` \| (.*) \|$", TEXT, re.MULTILINE))
    models = {
        "loop": LoopStep,
        "parallel": ParallelStep,
        "each": EachStep,
        "best_of": BestOfStep,
        "when": WhenStep,
    }
    assert set(steps) == {*models, ChainStep.kind, GraphStep.kind, DirectStep.kind}
    for kind, model in models.items():
        for key, info in model.model_fields.items():
            assert f"`{info.alias or key}`" in steps[kind]


def test_every_sight_is_documented_and_no_other() -> None:
    assert first_column("### What a phase sees") == list(get_args(Section))


def test_every_tool_is_documented_and_no_other() -> None:
    page = (Path(__file__).parents[2] / "docs/tools.md").read_text(encoding="utf-8")
    rows = page.split("\n| tool | does |\n| --- | --- |\n", 1)[1].split("\n\n", 1)[0]
    assert [row.split("`")[1] for row in rows.splitlines()] == list(TOOLS)


def test_every_name_and_filter_a_condition_knows_is_documented() -> None:
    known = ["product", "execution", "decisions", "task", "queries", "round"]
    assert first_column("### Conditions")[: len(known)] == known
    for attributes in ROOTS.values():
        assert all(f"`{attribute}`" in TEXT for attribute in attributes or ())
    assert all(f"`{name}`" in TEXT for name in FILTERS)
    assert all(f"`{name}`" in TEXT for name in RunLimits.model_fields)


@pytest.mark.parametrize(
    ("after", "model"),
    [("## Role", Role), ("## Phase", Phase), ("## Chain", Chain), ("## Company", CompanyCard)],
)
def test_the_examples_are_right(after: str, model: type[BaseModel]) -> None:
    example = TEXT.split(f"\n{after}\n", 1)[1].split("```yaml\n", 1)[1].split("```")[0]
    assert validate(model, parse_yaml(example.encode(), "docs/cards.md"))


@pytest.mark.parametrize(
    ("after", "model"),
    [("### Each", EachStep), ("### Graph", GraphStep), ("### Direct", DirectStep)],
)
def test_the_examples_of_steps_are_right(after: str, model: type[BaseModel]) -> None:
    example = TEXT.split(f"\n{after}\n", 1)[1].split("```yaml\n", 1)[1].split("```")[0]
    (step,) = yaml.safe_load(example)
    (chain,) = validate(
        Chain, parse_yaml(yaml.safe_dump({"name": "x", "steps": [step]}).encode(), "docs/cards.md")
    ).steps
    assert isinstance(chain, model)


@pytest.mark.parametrize(
    "model",
    [model for _, model in TABLES] + [LoopStep, ParallelStep, WhenStep, ChainStep, RunLimits],
)
def test_every_key_has_a_description(model: type[BaseModel]) -> None:
    assert all(info.description for info in model.model_fields.values())
