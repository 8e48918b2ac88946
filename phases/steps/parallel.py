"""The schema of steps that are taken side by side."""

from typing import TYPE_CHECKING

from pydantic import Field

from phases.phase import CardName
from phases.steps.step import BaseStep

if TYPE_CHECKING:
    from phases.steps.step import BaseStep as Step


class ParallelStep(BaseStep):
    """Steps that start together; each is its own branch."""

    kind = "parallel"
    holds = ("steps",)

    name: CardName = Field(default="parallel", description="What people read in the window.")
    steps: "list[Step]" = Field(min_length=1, description="The branches.")
