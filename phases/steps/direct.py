"""The schema of a directed step: a director chooses what is done next."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from pydantic import Field, field_validator

from phases.phase import CardName, Phase
from phases.steps.step import BaseStep, Fault, Where, misplaced

NEXT = "next"
"""The field of the director's decision that names the phase."""
DONE = "done"
"""What the director says instead of a phase when nothing is left to do."""


class DirectStep(BaseStep):
    """Phases in an order that a director chooses, one at a time, until it says that all is done."""

    kind = "direct"
    noun = "directed step"
    set_key = "directs"
    makes = "turn"

    name: CardName = Field(description="What people read in the window.")
    director: CardName = Field(
        description="The phase that chooses: a talk that yields a decision with `next: str`."
    )
    choices: list[CardName] = Field(
        min_length=1, max_length=40, description="The phases it chooses from."
    )
    max: int = Field(ge=1, le=100, description="The most turns; a directed step always ends.")

    def phases(self) -> Iterator[tuple[Where, str]]:
        yield ("direct", "director"), self.director
        for index, choice in enumerate(self.choices):
            yield ("direct", "choices", index), choice

    def most_phases(self, of: Callable[[Sequence[BaseStep]], int]) -> int:
        return 2 * self.max

    def faults(self, phases: Mapping[str, Phase]) -> Iterator[Fault]:
        director = phases.get(self.director)
        if director is not None:
            decision = director.yields.decision if director.yields else None
            if (decision or {}).get(NEXT) != "str":
                message = f"the director '{self.director}' must yield a decision with '{NEXT}: str'"
                yield Fault(("direct", "director"), message)
            if "choices" not in director.sees:
                message = f"'{self.director}' does not see 'choices': it would not know of it"
                yield Fault(("direct", "director"), message)
        if self.director in self.choices:
            place = self.choices.index(self.director)
            yield Fault(("direct", "choices", place), "the director cannot choose itself")

    @field_validator("choices")
    @classmethod
    def _can_be_told_apart(cls, choices: list[str]) -> list[str]:
        for index, choice in enumerate(choices):
            if choice == DONE:
                message = f"'{DONE}' ends the step, and is no phase to choose"
                raise misplaced(index, message, choice)
            if choice in choices[:index]:
                raise misplaced(index, f"the choice '{choice}' is named twice", choice)
        return choices
