"""The schema of a phase card: who talks to whom, what they see, what they must yield."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from phases.yields import Yields

Where = tuple[str | int, ...]
"""The keys and indexes that lead to a value in a card's YAML."""
CardName = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", min_length=1, max_length=64)
]
Section = Literal[
    "task",
    "images",
    "decisions",
    "files",
    "file_list",
    "map",
    "diff",
    "stack",
    "how_to_test",
    "tests",
    "execution",
    "fault",
    "comments",
    "unimplemented",
    "imports",
    "history",
    "answers",
    "share",
    "versions",
    "choices",
    "progress",
    "rules",
    "queries",
    "passages",
    "schema",
]


class CallLimits(BaseModel):
    """How much calls of tools may come to; what is left out is not limited."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    calls: int | None = Field(
        default=None, ge=0, le=1_000, description="The most calls; 0 for none."
    )
    seconds: float | None = Field(
        default=None, gt=0, description="No call begins once calls took so long together."
    )
    tokens: int | None = Field(
        default=None,
        ge=1,
        description="No call begins once so many tokens were used: by prompts and replies of the"
        " talk, and by colleagues that it reached.",
        exclude_if=lambda tokens: tokens is None,
    )


OF_A_DELEGATE = CallLimits(calls=15, seconds=300.0, tokens=100_000)


class ToolLimits(CallLimits):
    """How much the assistant of a talk may use its tools."""

    calls: int = Field(default=30, ge=0, le=1_000, description="The most calls; 0 for none.")
    seconds: float = Field(
        default=600.0, gt=0, description="No call begins once calls took so long together."
    )
    least: int = Field(
        default=0,
        ge=0,
        le=1_000,
        description="Calls that must have been made before an answer counts.",
        exclude_if=lambda least: least == 0,
    )
    only: list[str] | None = Field(
        default=None,
        description="Those of the role's tools that it has here; all of them when left out.",
        exclude_if=lambda only: only is None,
    )
    turn: CallLimits | None = Field(
        default=None,
        description="What may be used for a single reply, in a talk of several.",
        exclude_if=lambda limits: limits is None,
    )
    delegate: CallLimits = Field(
        default=OF_A_DELEGATE,
        description="What a colleague may use that part of the work is delegated to.",
        exclude_if=lambda limits: limits == OF_A_DELEGATE,
    )


class MapLimits(BaseModel):
    """How much a phase is shown of an existing program that is too large to be shown whole."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    tokens: int = Field(
        default=1_500, ge=100, le=100_000, description="The most tokens of the map."
    )
    whole: int = Field(
        default=6_000,
        ge=0,
        le=1_000_000,
        description="A program of so many tokens is shown whole; of a larger one, files that are only named"
        " somewhere are shown up to so many.",
    )


OF_A_MAP = MapLimits()


class Talk(BaseModel):
    """A conversation: the instructor asks, the assistant delivers."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    instructor: CardName = Field(description="The role that gives the work, by name.")
    assistant: CardName = Field(description="The role that does the work, by name.")
    turns: int = Field(
        default=1,
        ge=1,
        le=50,
        description="At most this many replies of the assistant; 1 is a single question and"
        " answer, more let the instructor speak in between.",
    )
    reflect: bool = Field(
        default=False,
        description="Whether the `reflection` phase draws the conclusion when the talk ends"
        " without one.",
    )
    clarify: int = Field(
        default=0,
        ge=0,
        le=5,
        description="How many times the assistant may ask back before it answers.",
    )
    tools: ToolLimits | None = Field(
        default=None,
        description="How much the assistant may use the tools of its role.",
        exclude_if=lambda limits: limits is None,
    )


class Ask(BaseModel):
    """A question to a person; the phase's prompt is the question."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    who: CardName = Field(description="The human role that is asked, by name.")


class Phase(BaseModel):
    """One piece of work: exactly one of `talk`, `run` and `ask`; one YAML file in `phases/`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: CardName = Field(
        description="The name chains call this phase by; the file's name without `.yaml`."
    )
    title: str = Field(min_length=1, max_length=80, description="The name people read.")
    talk: Talk | None = Field(default=None, description="A conversation of two roles.")
    run: Literal["tests", "copy"] | None = Field(
        default=None,
        description="`tests`: run the product and its tests in the sandbox; `copy`: copy the schema of"
        " the databases, and fill it with invented rows. No one speaks.",
    )
    ask: Ask | None = Field(default=None, description="A person is asked.")
    sees: list[Section] = Field(
        default=[],
        description="What the prompt may use; nothing else of the run is sent to the model.",
    )
    map: MapLimits = Field(
        default=OF_A_MAP,
        description="How much is shown of a program that is too large to be shown whole.",
        exclude_if=lambda limits: limits == OF_A_MAP,
    )
    yields: Yields | None = Field(
        default=None, description="The deliverable; required of a talk, exactly one kind."
    )
    approve: CardName | None = Field(
        default=None,
        description="The human role that must accept the deliverable of a talk; what it says"
        " instead goes back to the assistant.",
    )
    prompt: str = Field(
        default="",
        description="What the instructor says first, a template over what the phase `sees` and"
        " `role`, `company`, `phase`, `instructor`, `assistant`.",
    )
    max_reply_tokens: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description="Bound of one reply, in tokens; the company's default when left out.",
    )
    temperature: float | None = Field(
        default=None,
        ge=0.0,
        le=2.0,
        description="Sampling temperature here; the assistant's own when left out.",
    )

    def roles(self) -> Iterator[tuple[Where, str]]:
        """The roles it names, each with its way through the YAML."""
        if self.talk is not None:
            yield ("talk", "instructor"), self.talk.instructor
            yield ("talk", "assistant"), self.talk.assistant
        if self.ask is not None:
            yield ("ask", "who"), self.ask.who
        if self.approve is not None:
            yield ("approve",), self.approve

    @model_validator(mode="after")
    def _is_one_kind_of_work(self) -> Self:
        kinds = [kind for kind in ("talk", "run", "ask") if getattr(self, kind) is not None]
        if len(kinds) != 1:
            named = " and ".join(f"'{kind}'" for kind in kinds) or "none of them"
            raise ValueError(
                f"a phase has exactly one of 'talk', 'run' and 'ask'; this has {named}"
            )
        if self.run is not None:
            spoken = [key for key in ("prompt", "sees", "yields", "approve") if getattr(self, key)]
            if spoken:
                raise ValueError(f"a phase that runs speaks to no one; remove '{spoken[0]}'")
            return self
        if self.approve is not None and self.talk is None:
            raise ValueError("only what a talk yields can be approved; remove 'approve'")
        if not self.prompt.strip():
            raise ValueError(f"a phase with '{kinds[0]}' needs a prompt")
        if self.talk is not None and self.yields is None:
            raise ValueError("a talk must yield something; add 'yields'")
        if self.ask is not None and self.yields is not None and self.yields.kind == "files":
            raise ValueError("a person's answer cannot be files; use 'verdict' or 'report'")
        if len(set(self.sees)) != len(self.sees):
            raise ValueError("'sees' names something twice")
        return self
