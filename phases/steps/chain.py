"""The schema of a chain inside another."""

from collections.abc import Iterator
from typing import Any

from pydantic import Field, model_serializer, model_validator

from phases.phase import CardName
from phases.steps.step import BaseStep, Where


class ChainStep(BaseStep):
    """Another chain, in this place."""

    kind = "chain"

    chain: CardName = Field(description="The other chain's name.")

    @property
    def label(self) -> str:
        return self.chain

    def chains(self) -> Iterator[tuple[Where, str]]:
        yield ("chain",), self.chain

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: Any) -> Any:
        return value

    @model_serializer(mode="plain")
    def _wrap(self) -> dict[str, str]:  # type: ignore[override]
        return {"chain": self.chain}
