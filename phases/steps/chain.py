"""The schema of a chain inside another."""

from collections.abc import Iterator

from pydantic import Field

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
