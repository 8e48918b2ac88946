"""Who speaks for each role: its system prompt, and what its model can do."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from company.cards.gathering import GatheredCards
from company.cards.prompts import Prompts
from company.engine.conversation import Seat
from phases.phase import Phase
from roles.role import Role

PATIENCE_OF_A_PERSON = 32_768
"""Tokens; a person in a role gets prompts no longer than a small hosted model would."""


@dataclass(frozen=True)
class Voices:
    """The roles of one company, as the models or persons who speak for them."""

    cards: GatheredCards
    prompts: Prompts
    models: dict[str, str]
    """Role name → model id, for the roles a model speaks for."""
    windows: Callable[[str], int]
    """Model id → context window in tokens."""
    sees: Callable[[str], bool]
    """Model id → whether it takes pictures."""
    structured: Callable[[str], bool]
    """Model id → whether it can be held to a JSON schema."""
    wider: Callable[[str], bool]
    """Model id → whether its window is only what its server has where nobody says otherwise."""
    native_tools: frozenset[str] = frozenset()
    """The model ids that call tools in their own protocol."""

    def seat(self, name: str) -> Seat:
        """A role with its system prompt."""
        role = self.cards.roles[name]
        return Seat(role, self.prompts.render(role.prompt, self.about(None, role)).strip())

    def about(self, phase: Phase | None, role: Role | None) -> dict[str, Any]:
        """What every template may use."""
        company = self.cards.company
        about: dict[str, Any] = {"company": {"name": company.title, "culture": company.culture}}
        if phase is not None:
            about["phase"] = {"name": phase.name, "title": phase.title}
        if role is not None:
            about["role"] = {"name": role.name, "title": role.title}
        return about

    def window(self, role: Role) -> int:
        """Tokens of a prompt and its reply together."""
        model = self._model(role)
        return self.windows(model) if model else PATIENCE_OF_A_PERSON

    def may_be_wider(self, role: Role) -> bool:
        """Whether the window is only what a server has where nobody says otherwise."""
        model = self._model(role)
        return model is not None and self.wider(model)

    def has_eyes(self, role: Role) -> bool:
        """Whether the role's model takes pictures."""
        model = self._model(role)
        return model is not None and self.sees(model)

    def is_blind(self, role: Role) -> bool:
        """Whether a model that takes no pictures speaks for the role."""
        return self._model(role) is not None and not self.has_eyes(role)

    def keeps_schemas(self, role: Role) -> bool:
        """Whether the role's model can be held to a JSON schema."""
        model = self._model(role)
        return model is not None and self.structured(model)

    def calls_natively(self, role: Role) -> bool:
        """Whether a role calls its tools in its model's own protocol."""
        return bool(role.tools) and self._model(role) in self.native_tools

    def temperature(self, role: Role) -> float:
        """The role's own, or its company's."""
        own = role.temperature
        return self.cards.company.defaults.temperature if own is None else own

    def without_tool(self, name: str) -> "Voices":
        """The same, for roles without that tool."""
        roles = {
            role.name: role.model_copy(
                update={"tools": [each for each in role.tools if each != name]}
            )
            for role in self.cards.roles.values()
        }
        return replace(self, cards=self.cards.model_copy(update={"roles": roles}))

    def _model(self, role: Role) -> str | None:
        return self.models.get(role.name)
