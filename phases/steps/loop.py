"""The schema of a loop."""

from collections.abc import Callable, Iterator, Sequence

from pydantic import Field

from phases.phase import CardName
from phases.steps.step import BaseStep, Condition, Steps, Where


class LoopStep(BaseStep):
    """Steps repeated until a condition holds, and never more than `max` times."""

    kind = "loop"
    holds = ("steps",)
    noun = "loop"
    set_key = "loops"
    makes = "round"
    is_loop = True

    name: CardName = Field(
        description="The loop's name; its last verdict is known to conditions by it."
    )
    max: int = Field(ge=1, le=100, description="The most rounds; a loop always ends.")
    until: Condition = Field(
        description="The condition that ends the loop, asked before every round."
    )
    steps: Steps = Field(min_length=1, description="The steps of one round.")

    def conditions(self) -> Iterator[tuple[Where, str]]:
        yield ("until",), self.until

    def most_phases(self, of: Callable[[Sequence[BaseStep]], int]) -> int:
        return self.max * of(self.steps)
