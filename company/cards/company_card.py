"""The schema of a company card: a culture, a chain, models and defaults."""

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from company.cards.intervention import Intervention
from company.mcp.card import ServerCard, ServerName
from company.options import Limits, ToolRule
from warehouse.sandbox.registry import AUTO, CARD_CHOICES

CardName = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", min_length=1, max_length=64)
]
ModelId = Annotated[str, StringConstraints(min_length=1, max_length=300)]
if TYPE_CHECKING:
    SandboxChoice = str
else:
    SandboxChoice = Literal[CARD_CHOICES]  # of the registry, which no type checker can read


EVERY_TOOL = "*"
"""What stands for every tool that has no rule of its own."""
ToolName = Annotated[
    str, StringConstraints(pattern=r"^(\*|[a-z][\w:./-]*)$", min_length=1, max_length=100)
]


class RunLimits(BaseModel, Limits):
    """What one run may cost; a run that reaches a limit stops and can be resumed with more."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    usd: float | None = Field(
        default=None, gt=0, le=1_000_000, description="Money, in US dollars (`--budget`)."
    )
    tokens: int | None = Field(
        default=None,
        ge=1,
        le=10**12,
        description="Prompt and completion tokens together (`--max-tokens`).",
    )
    calls: int | None = Field(
        default=None, ge=1, le=10**9, description="Model calls (`--max-calls`)."
    )
    seconds: float | None = Field(
        default=None, gt=0, le=10**9, description="Wall-clock seconds (`--max-seconds`)."
    )

    def over(self, base: Self) -> Self:
        """These limits, and where one is None that of `base`."""
        return base.model_copy(update=self.model_dump(exclude_none=True))


class Defaults(BaseModel):
    """What holds for a run unless a role, a phase or the command line says otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    model: ModelId | None = Field(
        default=None,
        description="A `provider:model` id or a name from `models`; found by looking at keys"
        " and local servers when left out.",
    )
    temperature: float = Field(default=0.2, ge=0.0, le=2.0, description="Sampling temperature.")
    max_reply_tokens: int = Field(
        default=4096, ge=1, le=1_000_000, description="Bound of one reply, in tokens."
    )
    sandbox: SandboxChoice = Field(
        default=AUTO,
        description="Where generated code runs. The host is a person's choice on the command"
        " line, never a card's.",
    )
    limits: RunLimits = Field(default=RunLimits(), description="What a run may cost.")
    acceptance: Literal["none", "quoted"] = Field(
        default="none",
        description="Whether what a task says to the letter is tried on the product, and decides"
        " whether it works (`--acceptance`).",
        exclude_if=lambda word: word == "none",
    )
    approve: dict[ToolName, ToolRule] = Field(
        default={},
        description="Tool → `always`, `ask` (a person, for each call) or `never`; `*` stands for all"
        " others (`--approve`).",
        exclude_if=lambda rules: not rules,
    )


class CompanyCard(BaseModel):
    """A company; one YAML file in `company/companies/`. Its roles are those its phases name."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: CardName = Field(description="The company's name; the file's name without `.yaml`.")
    title: str = Field(min_length=1, max_length=80, description="The name people read.")
    culture: str = Field(
        default="",
        max_length=10_000,
        description="Plain text every role's prompt may open with (`company.culture`).",
    )
    chain: CardName = Field(description="The chain of phases this company works by.")
    models: dict[CardName, ModelId] = Field(
        default={}, description="Short names for `provider:model` ids, for use in cards."
    )
    role_models: dict[CardName, ModelId] = Field(
        default={}, description="The model of a role: role name to id or short name."
    )
    mcp: dict[ServerName, ServerCard] = Field(
        default={},
        max_length=20,
        description="Servers of tools that it asks for; its user allows each.",
        exclude_if=lambda servers: not servers,
    )
    interventions: list[Intervention] = Field(
        default=[],
        max_length=50,
        description="What is done to its talks from outside, to see what comes of it.",
        exclude_if=lambda listed: not listed,
    )
    defaults: Defaults = Field(default=Defaults(), description="What holds unless said otherwise.")
