"""The schema of an experiment: what is varied, over which tasks, how often, and what is compared."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from company.cards.company_card import ModelId, RunLimits
from company.lab.tasks.task_card import TaskId


def _on_one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("a condition's name is one line of printable characters")
    return text


ConditionName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80, strip_whitespace=True),
    AfterValidator(_on_one_line),
]
SettingKey = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Design = Literal["grid", "one_factor", "listed"]


class ConditionCard(BaseModel):
    """One condition of a listed design."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: ConditionName = Field(description="The condition's name in tables and plots.")
    set: dict[SettingKey, Any] = Field(
        default={}, description="What it sets; the same keys as a factor's."
    )


class ExperimentCard(BaseModel):
    """An experiment; one YAML file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: TaskId = Field(description="The experiment's name; its runs are labelled with it.")
    title: str = Field(default="", max_length=200, description="What people read above the report.")
    question: str = Field(
        default="", max_length=2_000, description="What it is to find out, in a sentence or two."
    )
    tasks: list[str] = Field(
        min_length=1, description="Task files or folders of them, from the experiment's own folder."
    )
    only: list[TaskId] = Field(
        default=[], description="The tasks that are taken, by id; all when left out."
    )
    repetitions: int = Field(
        default=1,
        ge=1,
        le=1_000,
        description="How often each task is worked on under each condition.",
    )
    seed: int = Field(
        default=1,
        ge=0,
        le=2**31 - 1_001,
        description="The seed of the first repetition; each further one has the next.",
    )
    design: Design = Field(
        default="grid",
        description="`grid` crosses the levels of all factors; `one_factor` varies one at a time"
        " from the first levels; `listed` takes the `conditions` as they are.",
    )
    factors: dict[SettingKey, Annotated[list[Any], Field(min_length=2, max_length=50)]] = Field(
        default={},
        description="What is varied: `company`, `chain`, `model`, `temperature`, `topology`, or any"
        " key that `softhouse fork --set` takes, each with its levels. The first level of each is"
        " the baseline.",
    )
    conditions: list[ConditionCard] = Field(
        default=[], description="The conditions of a listed design."
    )
    baseline: ConditionName | None = Field(
        default=None,
        description="The condition that others are compared with; the first when left out.",
    )
    paired: bool = Field(
        default=True,
        description="Whether a repetition has the same seed under every condition. Conditions then"
        " share what they have in common, and are compared task by task.",
    )
    set: dict[SettingKey, Any] = Field(default={}, description="What holds under every condition.")
    metrics: list[str] = Field(
        default=["completed", "checks_passed", "tokens"],
        min_length=1,
        max_length=20,
        description="The primary metrics, the main one first; these are compared.",
    )
    limits: RunLimits = Field(default=RunLimits(), description="What one run may use.")
    mutants: int = Field(
        default=0,
        ge=0,
        le=1_000,
        description="How many small faults are tried on each product's own tests.",
    )
    embeddings: ModelId | None = Field(
        default=None,
        description="The model that tells how near a program is to its task, for `consistency` and"
        " `quality`; not measured when left out.",
    )

    @model_validator(mode="after")
    def _says_what_it_varies(self) -> Self:
        if self.design == "listed":
            if len(self.conditions) < 2:
                raise ValueError("a listed design names at least two 'conditions'")
            if self.factors:
                raise ValueError("a listed design has 'conditions', not 'factors'")
        elif self.conditions:
            raise ValueError(f"'conditions' belong to 'design: listed', not to {self.design}")
        elif not self.factors:
            raise ValueError("nothing is varied; add 'factors', or 'conditions' and design: listed")
        return self
