"""Chains: five kinds of step, written shortly in YAML, never endless."""

import json

import pytest
from pydantic import ValidationError

from phases.chain import Chain, located, walk
from phases.steps.loop import LoopStep
from phases.steps.phase import PhaseStep
from phases.steps.when import WhenStep

STEPS = [
    "coding",
    {
        "loop": {
            "name": "review",
            "max": 3,
            "until": "review.approved",
            "steps": [
                "review_comment",
                {"when": {"if": "round > 1", "steps": ["a"], "else": [{"chain": "rest"}]}},
            ],
        }
    },
    {"parallel": {"name": "papers", "steps": ["manual", "environment"]}},
    {"chain": "rest"},
]


def chain(steps: object) -> Chain:
    return Chain.model_validate({"name": "some", "steps": steps})


def test_a_chain_is_dumped_in_the_shape_it_was_written_in() -> None:
    assert chain(STEPS).model_dump(mode="json", by_alias=True)["steps"] == STEPS


def test_a_dumped_chain_loads_again_from_json() -> None:
    dumped = json.dumps(chain(STEPS).model_dump(mode="json", by_alias=True))
    assert Chain.model_validate(json.loads(dumped)) == chain(STEPS)


def test_steps_can_be_made_in_python_too() -> None:
    step = LoopStep(name="review", max=3, until="x", steps=[PhaseStep(phase="coding")])
    assert chain([step]).steps == [step]
    assert WhenStep(if_="x", steps=[PhaseStep(phase="coding")]).if_ == "x"


def test_walking_reads_every_step_in_order_and_enters_no_other_chain() -> None:
    kinds = [f"{step.kind} {step.label}" for step in walk(chain(STEPS).steps)]
    assert kinds == [
        "phase coding",
        "loop review",
        "phase review_comment",
        "when when",
        "phase a",
        "chain rest",
        "parallel papers",
        "phase manual",
        "phase environment",
        "chain rest",
    ]


def test_every_step_knows_its_way_through_the_yaml() -> None:
    for where, step in located(chain(STEPS).steps):
        value: object = {"steps": STEPS}
        for part in where:
            value = value[part]  # type: ignore[index]
        assert value == step.model_dump(mode="json", by_alias=True)


@pytest.mark.parametrize("rounds", [0, -1, 101, 10**9, True, "3", 2.0, None])
def test_a_loop_has_between_one_and_a_hundred_rounds(rounds: object) -> None:
    with pytest.raises(ValidationError):
        chain([{"loop": {"name": "x", "max": rounds, "until": "y", "steps": ["a"]}}])


@pytest.mark.parametrize(
    "step",
    [
        3,
        None,
        [],
        {},
        "Big Name",
        "../coding",
        {"loop": 3},
        {"lop": {}},
        {"chain": 3},
        {"parallel": {"steps": []}},
        {"parallel": ["a"]},
        {"loop": {"name": "x", "max": 1, "steps": ["a"]}},
        {"loop": {"name": "x", "max": 1, "until": "y", "steps": ["a"], "more": 1}},
        {"chain": "a", "loop": {}},
    ],
)
def test_what_is_no_step_is_refused(step: object) -> None:
    with pytest.raises(ValidationError):
        chain([step])


def test_a_chain_has_steps_and_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        chain([])
    with pytest.raises(ValidationError):
        chain(["a"]).name = "other"
