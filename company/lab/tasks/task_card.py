"""The schema of a task: what the customer wants, and how the customer will judge what comes."""

import re
from pathlib import PurePosixPath
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from company.acceptance.check_card import CheckCard, Command, FilePath
from company.acceptance.reading import giving, require_names_of_their_own
from company.lab.tasks.database import Expected, Place
from company.lab.tasks.repository import Repository, read_repository
from warehouse.data.address import check_name

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


def _a_command(value: Any) -> Any:
    """What is only to be run needs no key."""
    return {"run": value} if isinstance(value, str | list) else value


TaskId = Annotated[str, StringConstraints(max_length=LONGEST_ID), AfterValidator(_names_a_folder)]
Picture = Annotated[str, StringConstraints(min_length=1), AfterValidator(_beside_the_task)]
CommitId = Annotated[str, StringConstraints(pattern="^([0-9a-f]{40})?$")]
DatabaseName = Annotated[str, AfterValidator(check_name)]
TestName = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


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
    repository: Annotated[Repository, BeforeValidator(read_repository)] | None = Field(
        default=None,
        description="The repository that is worked on: a folder or a bundle beside the task's file; a"
        " path that leads elsewhere has to be allowed.",
    )
    commit: CommitId = Field(
        default="",
        description="The commit that the work stands on, by its whole id; else its head.",
    )
    fail_to_pass: list[TestName] = Field(
        default=[], description="Tests, or files of tests, that must pass afterwards."
    )
    pass_to_pass: list[TestName] = Field(
        default=[], description="Those that passed before, and must still pass."
    )
    test_patch: str = Field(
        default="",
        description="What is changed in the customer's tests before they are run, as `git diff` writes"
        " it; never shown to the company.",
    )
    test_files: dict[FilePath, str] = Field(
        default={}, description="Files put in their place before the tests are run, by path."
    )
    setup: list[Annotated[Command, BeforeValidator(_a_command)]] = Field(
        default=[],
        max_length=50,
        description="Commands run in the sandbox before the tests, each as a check has them, or `run`"
        " alone.",
    )
    given: dict[FilePath, str] = Field(
        default={}, description="Files that every check gives; a check's own come first."
    )
    checks: list[CheckCard] = Field(
        default=[],
        max_length=100,
        description="What the delivered product must do; never shown to the company.",
    )

    databases: dict[DatabaseName, Place] = Field(
        default={},
        max_length=20,
        description="Databases that are asked, by the names that roles call them: files and folders beside"
        " the task's file.",
    )
    answer: Expected | None = Field(
        default=None,
        description="The rows that must come as the answer; never shown to the company.",
    )

    @model_validator(mode="before")
    @classmethod
    def _every_check_gives_what_the_task_gives(cls, value: Any) -> Any:
        return giving(value)

    @property
    def tests(self) -> list[str]:
        """The tests that decide, those that must still pass behind the others."""
        return [*self.fail_to_pass, *self.pass_to_pass]

    @model_validator(mode="after")
    def _what_belongs_to_a_repository_has_one(self) -> Self:
        for key in ("commit", "test_patch"):
            if getattr(self, key) and self.repository is None:
                raise ValueError(f"`{key}` is about a `repository`, and none is named")
        for key in ("test_patch", "test_files", "setup"):
            if getattr(self, key) and not self.tests:
                raise ValueError(f"`{key}` is for tests, and `fail_to_pass` names none")
        return self

    @model_validator(mode="after")
    def _an_answer_comes_from_a_database(self) -> Self:
        if self.answer is not None and not self.databases:
            raise ValueError("`answer` is about `databases`, and none is named")
        if self.answer and self.answer.query and len(self.databases) > 1:
            raise ValueError("the `query` of an answer is for one database, and several are named")
        return self

    @model_validator(mode="after")
    def _checks_have_names_of_their_own(self) -> Self:
        require_names_of_their_own(self.checks)
        return self
