"""Everything one company needs, in one value that can be frozen into a journal."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

from company.cards.company_card import CompanyCard
from phases.chain import Chain, walk
from phases.phase import Phase
from roles.role import Role


class CompanyCards(BaseModel):
    """A company's card, and every role, phase and chain it uses, by name."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    company: CompanyCard
    roles: dict[str, Role]
    phases: dict[str, Phase]
    chains: dict[str, Chain]

    @model_validator(mode="after")
    def _name_nothing_that_is_not_here(self) -> Self:
        """Cards that were gathered hold together; a journal may have been edited."""
        self._require("chain", [self.company.chain], self.chains)
        for chain in self.chains.values():
            for step in walk(chain.steps):
                self._require("phase", [phase for _, phase in step.phases()], self.phases)
                self._require("chain", [chain for _, chain in step.chains()], self.chains)
        for phase in self.phases.values():
            if phase.talk is not None:
                self._require("role", [phase.talk.instructor, phase.talk.assistant], self.roles)
            if phase.ask is not None:
                self._require("role", [phase.ask.who], self.roles)
        return self

    def _require(self, kind: str, names: Iterable[str], cards: Mapping[str, object]) -> None:
        for name in names:
            if name not in cards:
                raise ValueError(f"the {kind} '{name}' is named and not there")

    @property
    def chain(self) -> Chain:
        """The chain the company works by."""
        return self.chains[self.company.chain]

    def frozen(self) -> dict[str, Any]:
        """Plain data, as the journal holds it."""
        return self.model_dump(mode="json", by_alias=True)
