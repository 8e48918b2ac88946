"""The schema of a phase's place in a chain."""

from collections.abc import Iterator
from typing import Any

from pydantic import Field, model_serializer, model_validator

from phases.phase import CardName
from phases.steps.step import BaseStep, Where


class PhaseStep(BaseStep):
    """One phase; in YAML just its name."""

    kind = "phase"

    phase: CardName = Field(description="The phase's name.")

    @property
    def label(self) -> str:
        return self.phase

    def phases(self) -> Iterator[tuple[Where, str]]:
        yield (), self.phase

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: Any) -> Any:
        return {"phase": value} if isinstance(value, str) else value

    @model_serializer(mode="plain")
    def _wrap(self) -> str:  # type: ignore[override]
        return self.phase
