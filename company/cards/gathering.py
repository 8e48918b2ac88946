"""What one company needs, gathered from its card along chains and phases to the roles: one value that can
be frozen into a journal.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, model_validator

from company.cards.card_files import CardFile, Kind
from company.cards.company_card import CompanyCard
from company.cards.problems import CardError, Problem, nearest, shown
from company.cards.yaml_file import Where, YamlDocument
from phases.chain import Chain, located, walk
from phases.phase import Phase
from phases.steps.step import BaseStep
from roles.role import Role


class GatheredCards(BaseModel):
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
            self._require("role", [role for _, role in phase.roles()], self.roles)
        return self

    def _require(self, kind: str, names: Iterable[str], cards: Mapping[str, object]) -> None:
        for name in names:
            if name not in cards:
                raise ValueError(f"the {kind} '{name}' is named and not there")

    @property
    def chain(self) -> Chain:
        """The chain the company works by."""
        return self.chains[self.company.chain]

    @property
    def swapped_models(self) -> frozenset[str]:
        """The ids of models that interventions have speak for a role."""
        swaps = (each.swap.model for each in self.company.interventions if each.swap)
        return frozenset(self.company.models.get(model, model) for model in swaps)

    def frozen(self) -> dict[str, Any]:
        """Plain data, as the journal holds it."""
        return self.model_dump(mode="json", by_alias=True)


MAX_WORK = 10_000
"""The most phases a chain may come to when every loop and every director goes on to the end."""
REFLECTION = "reflection"
"""The phase that concludes a talk with `reflect: true`."""
AnyCard = Role | Phase | Chain | CompanyCard
C = TypeVar("C", Role, Phase, Chain)


class CardSource(Protocol):
    """Cards by kind and name, with the files they come from."""

    def of(self, kind: Kind) -> Mapping[str, CardFile]: ...
    def read(self, kind: Kind, name: str) -> tuple[AnyCard, YamlDocument]: ...


class Gathering:
    """Collects the cards of a company, and what is wrong on the way."""

    def __init__(self, source: CardSource, company: str, *, chain: str | None = None) -> None:
        """`chain` takes the place of the company's own. Raises where the card itself is wrong."""
        card, document = source.read("company", company)
        self.source = source
        self.card = cast("CompanyCard", card)
        if chain is not None:
            self.card = self.card.model_copy(update={"chain": chain})
        self.document = document
        self.problems: list[Problem] = []
        self.roles: dict[str, Role] = {}
        self.phases: dict[str, Phase] = {}
        self.chains: dict[str, Chain] = {}
        self._work: dict[str, int] = {}
        self._chain(self.card.chain, document, ("chain",), ())

    def cards(self) -> GatheredCards:
        """Everything gathered. Raises CardError where something was wrong."""
        if self.problems:
            raise CardError(self.problems)
        return GatheredCards(
            company=self.card, roles=self.roles, phases=self.phases, chains=self.chains
        )

    def documents(self, kind: Kind, names: Iterable[str]) -> dict[str, YamlDocument]:
        """The files the named cards were read from."""
        return {name: self.source.read(kind, name)[1] for name in names}

    def _chain(
        self, name: str, document: YamlDocument, where: Where, inside: tuple[str, ...]
    ) -> None:
        if name in inside:
            around = " → ".join((*inside[inside.index(name) :], name))
            self._wrong(document, where, f"a chain cannot contain itself: {around}")
            return
        if name in self.chains:
            return
        chain, here = self._need("chain", name, self.chains, document, where)
        if chain is None or here is None:
            return
        for place, step in located(chain.steps):
            for way, phase in step.phases():
                self._phase(phase, here, (*place, *way))
            for way, other in step.chains():
                self._chain(other, here, (*place, *way), (*inside, name))
            for fault in step.faults(self.phases):
                self._wrong(here, (*place, *fault.where), fault.message)
        self._work[name] = self._most(chain.steps)
        if self._work[name] > MAX_WORK:
            message = f"this chain may come to more than {MAX_WORK:,} phases; lower a loop's max or a graph's nodes"
            self._wrong(here, ("steps",), message)

    def _most(self, steps: Iterable[BaseStep]) -> int:
        """How many phases the steps come to at most, cut at just over MAX_WORK."""
        total = 0
        for step in steps:
            total += step.most_phases(self._most)
            total += sum(self._work.get(chain, 0) for _, chain in step.chains())
            total = min(total, MAX_WORK + 1)
        return total

    def _phase(self, name: str, document: YamlDocument, where: Where) -> None:
        if name in self.phases:
            return
        phase, here = self._need("phase", name, self.phases, document, where)
        if phase is None or here is None:
            return
        for way, role in phase.roles():
            if role not in self.roles:
                self._need("role", role, self.roles, here, way)
        if phase.talk is not None and phase.talk.reflect:
            self._phase(REFLECTION, here, ("talk", "reflect"))

    def _need(
        self, kind: Kind, name: str, into: dict[str, C], document: YamlDocument, where: Where
    ) -> tuple[C | None, YamlDocument | None]:
        if name not in self.source.of(kind):
            hint = nearest(name, self.source.of(kind))
            self._wrong(document, where, f"unknown {kind} {shown(name)}{hint}")
            return None, None
        try:
            card, here = self.source.read(kind, name)
        except CardError as error:
            self.problems.extend(error.problems)
            return None, None
        into[name] = cast("C", card)
        return cast("C", card), here

    def _wrong(self, document: YamlDocument, where: Where, message: str) -> None:
        self.problems.append(document.problem(where, message))
