"""The schema of steps done on a condition."""

from collections.abc import Callable, Iterator, Sequence

from pydantic import Field

from phases.steps.step import BaseStep, Condition, Steps, Where


class WhenStep(BaseStep):
    """Steps done only if a condition holds."""

    kind = "when"
    holds = ("steps", "else")

    if_: Condition = Field(alias="if", description="The condition.")
    steps: Steps = Field(min_length=1, description="The steps done when it holds.")
    otherwise: Steps = Field(
        default=[], alias="else", description="The steps done when it does not."
    )

    def conditions(self) -> Iterator[tuple[Where, str]]:
        yield ("if",), self.if_

    def most_phases(self, of: Callable[[Sequence[BaseStep]], int]) -> int:
        return max(of(self.steps), of(self.otherwise))
