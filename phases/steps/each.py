"""The schema of steps taken for each part of something decided."""

from collections.abc import Callable, Iterator, Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from phases.phase import CardName
from phases.steps.step import BaseStep, Steps, Where


class EachStep(BaseStep):
    """Steps taken for each part of something decided, all parts at the same time."""

    kind = "each"
    holds = ("steps",)
    noun = "'each' step"
    set_key = "parts"
    makes = "part"

    name: CardName = Field(description="What people read in the window.")
    of: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")] = Field(
        description="The list that is dealt out, as `design.files`: a phase and a field of its"
        " decision."
    )
    max: int = Field(ge=1, le=20, description="The most parts; a longer list is dealt out in turn.")
    steps: Steps = Field(
        min_length=1, description="The steps of one part; their phases see it as `share`."
    )

    def lists(self) -> Iterator[tuple[Where, str]]:
        yield ("of",), self.of

    def most_phases(self, of: Callable[[Sequence[BaseStep]], int]) -> int:
        return self.max * of(self.steps)
