"""The schema of a task: what the customer wants, and how the customer will judge what comes."""

import re
from pathlib import PurePosixPath
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from company.acceptance.check_card import CheckCard, FilePath

LONGEST_ID = 80


def _names_a_folder(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", text):
        raise ValueError(
            f"the id {text[:60]!r} must be letters, digits, '_', '-' and '.', starting with a letter"
            " or a digit: it becomes the name of a folder"
        )
    return text


def _beside_the_task(path: str) -> str:
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts or "\\" in path:
        raise ValueError(f"the picture {path[:60]!r} must lie in the task file's folder")
    return path


TaskId = Annotated[str, StringConstraints(max_length=LONGEST_ID), AfterValidator(_names_a_folder)]
Picture = Annotated[str, StringConstraints(min_length=1), AfterValidator(_beside_the_task)]


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
    images: list[Picture] = Field(
        default=[], description="Pictures that belong to the task, from the task file's folder."
    )
    given: dict[FilePath, str] = Field(
        default={}, description="Files that every check gives; a check's own come first."
    )
    checks: list[CheckCard] = Field(
        default=[],
        max_length=100,
        description="What the delivered product must do; never shown to the company.",
    )

    @model_validator(mode="before")
    @classmethod
    def _every_check_gives_what_the_task_gives(cls, value: Any) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get("given"), dict):
            return value
        checks = value.get("checks")
        if not isinstance(checks, list):
            return value
        return {**value, "checks": [_giving(value["given"], check) for check in checks]}

    @model_validator(mode="after")
    def _checks_have_names_of_their_own(self) -> Self:
        names = [check.name for check in self.checks]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two checks are called '{name}': rename one of them")
        return self


def _giving(shared_files: dict[str, Any], check: Any) -> Any:
    """A check, as it was written, with the task's files beside its own."""
    if not isinstance(check, dict):
        return check
    own = check.get("given", {})
    return {**check, "given": {**shared_files, **own}} if isinstance(own, dict) else check
