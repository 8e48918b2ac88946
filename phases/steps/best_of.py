"""The schema of drafts, of which the sandbox chooses one."""

from collections.abc import Callable, Iterator, Sequence

from pydantic import Field

from phases.phase import CardName
from phases.steps.step import BaseStep, Condition, Steps, Where


class BestOfStep(BaseStep):
    """Steps taken several times from the same beginning; what came of one of them counts."""

    kind = "best_of"
    holds = ("steps",)
    noun = "'best_of' step"
    set_key = "drafts"
    makes = "draft"

    name: CardName = Field(description="What people read in the window.")
    max: int = Field(ge=2, le=20, description="The most drafts.")
    until: Condition = Field(
        default="execution.ok",
        description="The condition upon which no further draft is made, asked after each.",
    )
    tokens: int | None = Field(
        default=None,
        ge=1,
        description="About so many tokens are used: no further draft is made that would, with what one has used on"
        " average, lead further away from them.",
    )
    steps: Steps = Field(
        min_length=1, description="The steps of one draft; one of them runs the product."
    )

    def conditions(self) -> Iterator[tuple[Where, str]]:
        yield ("until",), self.until

    def most_phases(self, of: Callable[[Sequence[BaseStep]], int]) -> int:
        return self.max * of(self.steps)
