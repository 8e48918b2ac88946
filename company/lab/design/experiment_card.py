"""The schema of an experiment: what is varied, over which tasks, how often, and what is compared."""

from itertools import pairwise
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


class ContrastCard(BaseModel):
    """A sum of conditions that a study compares with nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: ConditionName = Field(description="Its name in the report.")
    weights: dict[ConditionName, Annotated[float, Field(allow_inf_nan=False)]] = Field(
        min_length=2, description="Condition → its weight; they sum up to 0."
    )


class PublishedCard(BaseModel):
    """What somebody else found where this study looks."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    condition: ConditionName = Field(description="The condition or contrast it is about.")
    metric: str = Field(description="The primary metric it is about.")
    value: Annotated[float, Field(allow_inf_nan=False)] = Field(
        description="The difference to the baseline that was published, -0.3 being 30 points fewer; a factor"
        " where the metric is compared by ratio.",
    )
    source: str = Field(min_length=1, max_length=200, description="Where it was published.")


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
    compare: Literal["baseline", "factors"] = Field(
        default="baseline",
        description="`baseline` compares each other condition with it; `factors` compares the levels of each"
        " factor of a grid over all levels of the others, and how factors change each other's effect.",
    )
    contrasts: list[ContrastCard] = Field(
        default=[], max_length=50, description="Sums of conditions that are compared as well."
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
    looks: list[Annotated[int, Field(ge=2)]] = Field(
        default=[],
        max_length=10,
        description="After so many tasks, ascending, the results may be looked at; a look that shows all differences"
        " of the main metric ends the study.",
    )
    margins: dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]] = Field(
        default={},
        description="Primary metric → by how much it may differ and still be called the same; a factor above 1"
        " where it is compared by ratio.",
    )
    published: list[PublishedCard] = Field(
        default=[],
        max_length=50,
        description="What others found, which the report says to be replicated or not, or that it cannot tell.",
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
    def _looks_further_each_time(self) -> Self:
        if any(later <= earlier for earlier, later in pairwise(self.looks)):
            raise ValueError("'looks' are after more and more tasks, such as [12, 24]")
        return self

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
