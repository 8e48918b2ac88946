"""How the parts of a step's path are named, by whoever walks a chain and whoever plans one."""

import pytest

from company.cards.catalogue import Cards
from tui.run_state.chain_plan import ChainPlan
from warehouse.events import SpecRecord
from warehouse.journal.step_paths import circumstances, names_at_top, names_within


def test_top_level_steps_are_numbered_and_others_told_apart() -> None:
    assert names_at_top(["coding", "review", "coding"]) == ["1.coding", "2.review", "3.coding"]
    assert names_within(["coding", "review", "coding"]) == ["coding", "review", "coding~2"]


def test_what_a_step_is_called_is_the_same_in_the_walk_and_in_the_plan() -> None:
    """The walk reads cards, the window what a journal holds of them."""
    cards = Cards()
    for name in cards.of("company"):
        company = cards.load(name)
        plan = ChainPlan(SpecRecord(chain=company.company.chain, company=company.frozen()))
        labels = [step.label for step in company.chain.steps]

        assert [step.name for step in plan.top()] == [*names_at_top(labels), "handover"]
        for planned, step in zip(plan.top(), company.chain.steps, strict=False):
            for key, inner in step.inside():
                if key == "steps" and planned.kind != "when":
                    inside = plan.within(planned.inside)
                    names = names_within(each.label for each in inner)
                    assert [each.name for each in inside] == names


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("2.review/round-2/mend", "round 2"),
        ("2.net/node-3/from-1/refine/commit", "node 3"),
        ("1.again/time-2/coding", "time 2"),
        ("1.coding/turn-1", ""),
        ("1.coding", ""),
    ],
)
def test_a_heading_tells_of_the_place_that_a_step_made_inside_itself(where: str, told: str) -> None:
    assert circumstances(where) == told
