"""The schema of a task: what the customer wants, and how the customer will judge what comes."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from company.lab.tasks.check_card import CheckCard

TaskId = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", min_length=1, max_length=80)
]


class TaskCard(BaseModel):
    """One task of a batch or an experiment."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: TaskId = Field(description="The task's name in tables and folders; unique among its tasks.")
    prompt: str = Field(min_length=1, max_length=50_000, description="What the customer says.")
    category: str = Field(default="", max_length=80, description="A label for grouping tables.")
    company: str | None = Field(
        default=None, description="The company that works on it; the batch's own when left out."
    )
    chain: str | None = Field(default=None, description="Another order of phases.")
    model: str | None = Field(default=None, description="The model of every role.")
    set: dict[str, Any] = Field(
        default={}, description="Changes of the company, as `softhouse fork --set` takes them."
    )
    images: list[str] = Field(
        default=[], description="Pictures that belong to the task, from the task file's folder."
    )
    checks: list[CheckCard] = Field(
        default=[], description="What the delivered product must do; never shown to the company."
    )
