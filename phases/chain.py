"""The schema of a chain: the order of phases, with loops, parallel branches and conditions.

In YAML a step is a phase's name, or a mapping with one key that names its kind (`loop`, `parallel`
…, see `phases/steps/`). Models are dumped in that same shape.
"""

from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict, Field

from phases.phase import CardName
from phases.steps.registry import Step
from phases.steps.step import BaseStep, Where


class Chain(BaseModel):
    """The order of the work; one YAML file in `phases/chains/`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: CardName = Field(description="The chain's name; the file's name without `.yaml`.")
    title: str = Field(default="", max_length=80, description="The name people read.")
    steps: list[Step] = Field(min_length=1, description="The steps, in order.")


def located(
    steps: Iterable[BaseStep], where: Where = ("steps",)
) -> Iterator[tuple[Where, BaseStep]]:
    """Every step and the steps inside it, in reading order, with its way through the YAML.

    Other chains are not entered.
    """
    for index, step in enumerate(steps):
        here = (*where, index)
        yield here, step
        for key, inner in step.inside():
            yield from located(inner, (*here, step.kind, key))


def walk(steps: Iterable[BaseStep]) -> Iterator[BaseStep]:
    """Every step and the steps inside it, in reading order; other chains are not entered."""
    return (step for _, step in located(steps))
