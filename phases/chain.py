"""The schema of a chain: the order of phases, with loops, parallel branches and conditions.

In YAML a step is a phase's name, or a mapping with one key that names its kind:
`loop`, `parallel`, `when` or `chain`. Models are dumped in that same shape.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    Tag,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from phases.phase import CardName

Where = tuple[str | int, ...]
StepKind = Literal["phase", "loop", "parallel", "when", "chain"]
Condition = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class _Step(BaseModel):
    """What all steps share: their kind, and the one-key mapping that stands for them in YAML."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_by_name=True)

    kind: ClassVar[StepKind]

    @property
    def label(self) -> str:
        """The step's part of a `where` path, after its number: `coding`, `review`, `when`."""
        return self.kind

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: Any) -> Any:
        if isinstance(value, dict) and list(value) == [cls.kind]:
            if not isinstance(value[cls.kind], dict):
                raise PydanticCustomError("step", "the keys of a step are indented under its kind")
            return value[cls.kind]
        return value

    @model_serializer(mode="wrap")
    def _wrap(self, handler: SerializerFunctionWrapHandler) -> Any:
        return {self.kind: handler(self)}


class PhaseStep(_Step):
    """One phase; in YAML just its name."""

    kind: ClassVar[StepKind] = "phase"

    phase: CardName = Field(description="The phase's name.")

    @property
    def label(self) -> str:
        return self.phase

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: Any) -> Any:
        return {"phase": value} if isinstance(value, str) else value

    @model_serializer(mode="plain")
    def _wrap(self) -> str:  # type: ignore[override]
        return self.phase


class LoopStep(_Step):
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


class ParallelStep(_Step):
    """Steps that start together; each is its own branch."""

    kind: ClassVar[StepKind] = "parallel"

    name: CardName = Field(default="parallel", description="What people read in the window.")
    steps: "list[Step]" = Field(min_length=1, description="The branches.")

    @property
    def label(self) -> str:
        return self.name


class WhenStep(_Step):
    """Steps done only if a condition holds."""

    kind: ClassVar[StepKind] = "when"

    if_: Condition = Field(alias="if", description="The condition.")
    steps: "list[Step]" = Field(min_length=1, description="The steps done when it holds.")
    otherwise: "list[Step]" = Field(
        default=[], alias="else", description="The steps done when it does not."
    )


class ChainStep(_Step):
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
    if isinstance(value, _Step):
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
    | Annotated[WhenStep, Tag("when")]
    | Annotated[ChainStep, Tag("chain")],
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
        if isinstance(step, LoopStep | ParallelStep | WhenStep):
            yield from located(step.steps, (*here, step.kind, "steps"))
        if isinstance(step, WhenStep):
            yield from located(step.otherwise, (*here, step.kind, "else"))


def walk(steps: Iterable[Step]) -> Iterator[Step]:
    """Every step and the steps inside it, in reading order; other chains are not entered."""
    return (step for _, step in located(steps))


LoopStep.model_rebuild()
ParallelStep.model_rebuild()
WhenStep.model_rebuild()
