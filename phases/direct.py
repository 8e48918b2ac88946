"""The schema of a directed step: a director chooses what is done next."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field, field_validator

from phases.phase import CardName
from phases.step import BaseStep, StepKind, Where, misplaced

NEXT = "next"
"""The field of the director's decision that names the phase."""
DONE = "done"
"""What the director says instead of a phase when nothing is left to do."""


class DirectStep(BaseStep):
    """Phases in an order that a director chooses, one at a time, until it says that all is done."""

    kind: ClassVar[StepKind] = "direct"

    name: CardName = Field(description="What people read in the window.")
    director: CardName = Field(
        description="The phase that chooses: a talk that yields a decision with `next: str`."
    )
    choices: list[CardName] = Field(
        min_length=1, max_length=40, description="The phases it chooses from."
    )
    max: int = Field(ge=1, le=100, description="The most turns; a directed step always ends.")

    @property
    def label(self) -> str:
        return self.name

    def phases(self) -> Iterator[tuple[Where, str]]:
        yield ("direct", "director"), self.director
        for index, choice in enumerate(self.choices):
            yield ("direct", "choices", index), choice

    @property
    def most_phases(self) -> int:
        """How many phases it comes to at most, those of the director included."""
        return 2 * self.max

    @field_validator("choices")
    @classmethod
    def _can_be_told_apart(cls, choices: list[str]) -> list[str]:
        for index, choice in enumerate(choices):
            if choice == DONE:
                said = f"'{DONE}' ends the step, and is no phase to choose"
                raise misplaced(index, said, choice)
            if choice in choices[:index]:
                raise misplaced(index, f"the choice '{choice}' is named twice", choice)
        return choices
