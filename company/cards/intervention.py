"""The schema of an intervention: what is done to a company's talks from outside, to see what comes of it."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from phases.phase import CardName, Section

WHERE_AND_HOW_OFTEN = ("at", "probability")
"""The keys that are no intervention by themselves; each of the others is one."""


def _kind(description: str) -> Any:
    """A field that is one kind of intervention."""
    return Field(default=None, description=description, exclude_if=lambda value: value is None)


class ToRole(BaseModel):
    """Whom it is done to."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    role: CardName = Field(description="The role.")


class ToldRole(ToRole):
    """A role and a text."""

    text: str = Field(min_length=1, max_length=10_000, description="What it is told.")


class SwappedRole(ToRole):
    """A role and the model that speaks for it meanwhile."""

    model: str = Field(
        min_length=1, max_length=300, description="A `provider:model` id or a name from `models`."
    )


class GarbledRole(ToRole):
    """A role and how much of what it says is lost."""

    share: float = Field(
        default=0.2, gt=0, le=1, description="The share of its words that arrive as `…`."
    )


class BoundRole(ToRole):
    """A role and how much it may say."""

    most: int = Field(ge=1, le=100_000, description="Its words in one reply.")


class Intervention(BaseModel):
    """One intervention: exactly one thing that is done, where, and with what probability."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    at: str = Field(
        default="",
        max_length=300,
        pattern=r"^([a-z][a-z0-9_-]*(/[a-z0-9_-]+)*)?$",
        description="The step or phase, `review`, or a place in one, `review/round-2`; everywhere"
        " when left out.",
        exclude_if=lambda at: not at,
    )
    probability: float = Field(
        default=1.0,
        gt=0,
        le=1,
        description="Drawn for each call, or phase, from the run's seed, its task and its place.",
        exclude_if=lambda share: share == 1.0,
    )
    mute: CardName | None = _kind("A role that is not asked at all.")
    drop: CardName | None = _kind("A role that is asked, and what it says reaches nobody.")
    say: ToldRole | None = _kind("What a role is told at the end of its prompt.")
    persona: ToldRole | None = _kind("What is added to a role's system prompt.")
    saboteur: CardName | None = _kind(
        "A role whose system prompt tells it to do harm and not to be noticed."
    )
    swap: SwappedRole | None = _kind("Another model that speaks for a role.")
    corrupt: GarbledRole | None = _kind("A role of whose words some are lost on their way.")
    words: BoundRole | None = _kind(
        "A bound of words that a role is told, and at which its replies are cut."
    )
    hide: Section | None = _kind("A section that phases do not see.")
    reveal: Section | None = _kind(
        "A section that phases see besides, at the end of their prompts."
    )

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        if len(self._done) != 1:
            words = f"an intervention does one thing, not {len(self._done)}"
            raise ValueError(f"{words}; give one of {', '.join(KINDS)}")
        return self

    @property
    def _done(self) -> list[str]:
        return [kind for kind in KINDS if getattr(self, kind) is not None]

    @property
    def kind(self) -> str:
        """What is done, in the word of its key."""
        return self._done[0]

    @property
    def value(self) -> Any:
        """What its key holds."""
        return getattr(self, self.kind)

    @property
    def role(self) -> str:
        """Whom it is done to; empty where it is done to a phase."""
        if isinstance(self.value, ToRole):
            return self.value.role
        return "" if self.section else str(self.value)

    @property
    def section(self) -> Section | None:
        """The section that a phase sees or does not see by it."""
        return self.hide or self.reveal


KINDS = tuple(key for key in Intervention.model_fields if key not in WHERE_AND_HOW_OFTEN)
"""All that can be done."""
