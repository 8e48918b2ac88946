"""Cards by name: the built-in ones, overlaid by the user's own. Only what is asked for is read."""

import os
from pathlib import Path
from typing import Any, Literal, overload

from company.cards.card_files import SUFFIXES, CardFile, Kind, built_in, expanded, in_overlay
from company.cards.company_card import CompanyCard
from company.cards.gathering import AnyCard, GatheredCards, Gathering
from company.cards.problems import CardError, nearest, shown
from company.cards.validation import validate
from company.cards.yaml_file import YamlDocument, read_yaml
from company.errors import ConfigurationError
from phases.chain import Chain
from phases.phase import Phase
from roles.role import Role

MODELS: dict[Kind, type[AnyCard]] = {
    "role": Role,
    "phase": Phase,
    "chain": Chain,
    "company": CompanyCard,
}


class Cards:
    """All cards in sight: an earlier overlay hides a later one, and any overlay the built-in."""

    def __init__(self, *overlays: Path) -> None:
        self._overlays = overlays
        self._files: dict[Kind, dict[str, CardFile]] = {}
        self._read: dict[tuple[Kind, str], tuple[AnyCard, YamlDocument]] = {}

    def load(self, company: str | Path, *, chain: str | None = None) -> GatheredCards:
        """Everything a company needs, by its name or its file; `chain` takes the place of its own.

        Raises ConfigurationError, with all that is wrong, a line each.
        """
        cards, name = self.beside(company)
        return Gathering(cards, name, chain=chain).cards()

    def beside(self, company: str | Path) -> tuple["Cards", str]:
        """The cards in sight of a company given by name or by file, and its name among them.

        The cards beside a company's file, or beside the `companies/` folder it lies in, come first.
        """
        if not str(company).endswith(SUFFIXES) and not {os.sep, "/"} & set(str(company)):
            return self, str(company)
        path = expanded(company)
        folder = path.parent
        roots = (folder, folder.parent) if folder.name == "companies" else (folder,)
        cards = Cards(*roots, *self._overlays)
        cards.of("company")[path.stem] = CardFile.at("company", path)
        return cards, path.stem

    def of(self, kind: Kind) -> dict[str, CardFile]:
        """Every card of a kind in sight, by name, in the order of the alphabet."""
        if kind not in self._files:
            files = {file.name: file for file in built_in(kind)}
            for root in reversed(self._overlays):
                files |= in_overlay(kind, root)
            self._files[kind] = dict(sorted(files.items()))
        return self._files[kind]

    def put(self, kind: Kind, name: str, data: dict[str, Any], label: str) -> None:
        """Let a card be `data`, whatever lies in files; `label` is what messages call it.

        Raises CardError where the data is no such card.
        """
        document = YamlDocument(label, data, {(): 0})
        self._read[kind, name] = (validate(MODELS[kind], document), document)
        self.of(kind)[name] = CardFile(kind, name, Path(label), label, built_in=False)

    @overload
    def card(self, kind: Literal["role"], name: str) -> Role: ...
    @overload
    def card(self, kind: Literal["phase"], name: str) -> Phase: ...
    @overload
    def card(self, kind: Literal["chain"], name: str) -> Chain: ...
    @overload
    def card(self, kind: Literal["company"], name: str) -> CompanyCard: ...
    @overload
    def card(self, kind: Kind, name: str) -> AnyCard: ...
    def card(self, kind: Kind, name: str) -> AnyCard:
        """The card of that name. Raises ConfigurationError where there is none, or it is wrong."""
        return self.read(kind, name)[0]

    def read(self, kind: Kind, name: str) -> tuple[AnyCard, YamlDocument]:
        """The card of that name and the file it was read from. Raises as `card` does."""
        if (kind, name) not in self._read:
            if name not in self.of(kind):
                hint = nearest(name, self.of(kind))
                raise ConfigurationError(f"There is no {kind} {shown(name)}{hint}")
            file = self.of(kind)[name]
            document = read_yaml(file.path, file.label)
            card = validate(MODELS[kind], document)
            if card.name != name:
                message = f"the name {shown(card.name)} must be the file's: {shown(name)}"
                raise CardError([document.problem(("name",), message)])
            self._read[kind, name] = (card, document)
        return self._read[kind, name]
