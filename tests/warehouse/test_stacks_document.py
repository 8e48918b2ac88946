"""docs/stacks.md says all that a stack's card may hold, and nothing else."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from tests.support.command_line import ROOT
from warehouse.sandbox.stacks.cards import read_card, stacks
from warehouse.sandbox.stacks.code import Patterns
from warehouse.sandbox.stacks.stack import MainRule, OutcomeRule, Stack

TEXT = (ROOT / "docs" / "stacks.md").read_text(encoding="utf-8")


def first_column(heading: str) -> list[str]:
    table = TEXT.split(f"\n{heading}\n", 1)[1].split("\n| --- | --- |\n", 1)[1].split("\n\n")[0]
    return [row.split("`")[1] for row in table.splitlines()]


@pytest.mark.parametrize(
    ("heading", "table"),
    [("### Main", MainRule), ("### Outcome", OutcomeRule), ("### Patterns", Patterns)],
)
def test_every_key_of_a_table_is_described_and_no_other(
    heading: str, table: type[BaseModel]
) -> None:
    assert first_column(heading) == list(table.model_fields)


def test_every_key_of_a_card_is_described_and_no_other() -> None:
    assert ["name", *first_column("## Keys")] == list(Stack.model_fields)


def test_every_stack_is_in_the_table_of_sandboxes() -> None:
    table = TEXT.split("\n## What the sandboxes bring\n", 1)[1]
    assert all(f"\n| {stack.title} |" in table for stack in stacks().values())


def test_the_example_is_a_card() -> None:
    example = TEXT.split("```yaml\n", 1)[1].split("```")[0]
    assert read_card("shell.yaml", example).start_by("main.sh").command == ("sh", "main.sh")
