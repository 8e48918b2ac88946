"""The schema of a chain: the order of phases, with loops, parallel branches and conditions.

In YAML a step is a phase's name, or a mapping with one key that names its kind: `loop`,
`parallel`, `each`, `when`, `chain`, `graph` or `direct`. Models are dumped in that same shape.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_serializer,
    model_validator,
)

from phases.direct import DirectStep
from phases.graph import GraphStep
from phases.phase import CardName
from phases.step import BaseStep, Condition, StepKind, Where


class PhaseStep(BaseStep):
    """One phase; in YAML just its name."""

    kind: ClassVar[StepKind] = "phase"

    phase: CardName = Field(description="The phase's name.")

    @property
    def label(self) -> str:
        return self.phase

    def phases(self) -> Iterator[tuple[Where, str]]:
        yield (), self.phase

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: Any) -> Any:
        return {"phase": value} if isinstance(value, str) else value

    @model_serializer(mode="plain")
    def _wrap(self) -> str:  # type: ignore[override]
        return self.phase


class LoopStep(BaseStep):
    """Steps repeated until a condition holds, and never more than `max` times."""

    kind: ClassVar[StepKind] = "loop"

    name: CardName = Field(
        description="The loop's name; its last verdict is known to conditions by it."
    )
    max: int = Field(ge=1, le=100, description="The most rounds; a loop always ends.")
    until: Condition = Field(
        description="The condition that ends the loop, asked before every round."
    )
    steps: "list[Step]" = Field(min_length=1, description="The steps of one round.")

    @property
    def label(self) -> str:
        return self.name


class ParallelStep(BaseStep):
    """Steps that start together; each is its own branch."""

    kind: ClassVar[StepKind] = "parallel"

    name: CardName = Field(default="parallel", description="What people read in the window.")
    steps: "list[Step]" = Field(min_length=1, description="The branches.")

    @property
    def label(self) -> str:
        return self.name


class EachStep(BaseStep):
    """Steps taken for each part of something decided, all parts at the same time."""

    kind: ClassVar[StepKind] = "each"

    name: CardName = Field(description="What people read in the window.")
    of: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")] = Field(
        description="The list that is dealt out, as `design.files`: a phase and a field of its"
        " decision."
    )
    max: int = Field(ge=1, le=20, description="The most parts; a longer list is dealt out in turn.")
    steps: "list[Step]" = Field(
        min_length=1, description="The steps of one part; their phases see it as `share`."
    )

    @property
    def label(self) -> str:
        return self.name


class WhenStep(BaseStep):
    """Steps done only if a condition holds."""

    kind: ClassVar[StepKind] = "when"

    if_: Condition = Field(alias="if", description="The condition.")
    steps: "list[Step]" = Field(min_length=1, description="The steps done when it holds.")
    otherwise: "list[Step]" = Field(
        default=[], alias="else", description="The steps done when it does not."
    )


class ChainStep(BaseStep):
    """Another chain, in this place."""

    kind: ClassVar[StepKind] = "chain"

    chain: CardName = Field(description="The other chain's name.")

    @property
    def label(self) -> str:
        return self.chain

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: Any) -> Any:
        return value

    @model_serializer(mode="plain")
    def _wrap(self) -> dict[str, str]:  # type: ignore[override]
        return {"chain": self.chain}


def _kind_of(value: Any) -> str | None:
    if isinstance(value, BaseStep):
        return value.kind
    if isinstance(value, str):
        return "phase"
    if isinstance(value, dict) and len(value) == 1:
        return str(next(iter(value)))
    return None


Step = Annotated[
    Annotated[PhaseStep, Tag("phase")]
    | Annotated[LoopStep, Tag("loop")]
    | Annotated[ParallelStep, Tag("parallel")]
    | Annotated[EachStep, Tag("each")]
    | Annotated[WhenStep, Tag("when")]
    | Annotated[ChainStep, Tag("chain")]
    | Annotated[GraphStep, Tag("graph")]
    | Annotated[DirectStep, Tag("direct")],
    Discriminator(_kind_of),
]


class Chain(BaseModel):
    """The order of the work; one YAML file in `phases/chains/`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: CardName = Field(description="The chain's name; the file's name without `.yaml`.")
    title: str = Field(default="", max_length=80, description="The name people read.")
    steps: list[Step] = Field(min_length=1, description="The steps, in order.")


def located(steps: Iterable[Step], where: Where = ("steps",)) -> Iterator[tuple[Where, Step]]:
    """Every step and the steps inside it, in reading order, with its way through the YAML.

    Other chains are not entered.
    """
    for index, step in enumerate(steps):
        here = (*where, index)
        yield here, step
        if isinstance(step, LoopStep | ParallelStep | EachStep | WhenStep):
            yield from located(step.steps, (*here, step.kind, "steps"))
        if isinstance(step, WhenStep):
            yield from located(step.otherwise, (*here, step.kind, "else"))


def walk(steps: Iterable[Step]) -> Iterator[Step]:
    """Every step and the steps inside it, in reading order; other chains are not entered."""
    return (step for _, step in located(steps))


LoopStep.model_rebuild()
ParallelStep.model_rebuild()
EachStep.model_rebuild()
WhenStep.model_rebuild()
