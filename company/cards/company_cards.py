"""Everything one company needs, in one value that can be frozen into a journal."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from company.cards.company_card import CompanyCard
from company.cards.validation import validate
from company.cards.yaml_file import Document
from phases.chain import Chain
from phases.phase import Phase
from roles.role import Role


class CompanyCards(BaseModel):
    """A company's card, and every role, phase and chain it uses, by name."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    company: CompanyCard
    roles: dict[str, Role]
    phases: dict[str, Phase]
    chains: dict[str, Chain]

    @property
    def chain(self) -> Chain:
        """The chain the company works by."""
        return self.chains[self.company.chain]

    def frozen(self) -> dict[str, Any]:
        """Plain data for the journal; `thaw` makes an equal company of it."""
        return self.model_dump(mode="json", by_alias=True)

    @classmethod
    def thaw(cls, data: dict[str, Any]) -> Self:
        """The company a journal holds. Raises ConfigurationError where it cannot be read."""
        return validate(cls, Document("the company in the journal", data, {}))
