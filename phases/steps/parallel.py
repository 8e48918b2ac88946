"""The schema of steps that are taken side by side."""

from pydantic import Field

from phases.phase import CardName
from phases.steps.step import BaseStep, Steps


class ParallelStep(BaseStep):
    """Steps that start together; each is its own branch."""

    kind = "parallel"
    holds = ("steps",)

    name: CardName = Field(default="parallel", description="What people read in the window.")
    steps: Steps = Field(min_length=1, description="The branches.")
