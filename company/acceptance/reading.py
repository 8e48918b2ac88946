"""A customer's own acceptance checks, read from files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from company.acceptance.check_card import CheckCard, FilePath
from company.cards.card_files import label_of
from company.cards.validation import validate
from company.cards.yaml_file import read_yaml


class CheckList(BaseModel):
    """A file of checks; the keys are those that a task has too."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    given: dict[FilePath, str] = Field(
        default={}, description="Files that every check gives; a check's own come first."
    )
    checks: list[CheckCard] = Field(
        min_length=1, max_length=100, description="What the product must do."
    )

    @model_validator(mode="before")
    @classmethod
    def _every_check_gives_what_the_list_gives(cls, value: Any) -> Any:
        return giving(value)

    @model_validator(mode="after")
    def _checks_have_names_of_their_own(self) -> Self:
        require_names_of_their_own(self.checks)
        return self


def read_checks(paths: Sequence[Path]) -> list[CheckCard]:
    """The checks of all files. Raises CardError, naming file and line, where one cannot be used."""
    return [
        check
        for path in paths
        for check in validate(CheckList, read_yaml(path, label_of(path))).checks
    ]


def giving(value: Any) -> Any:
    """What holds checks, as it was written, with the files that all of them give in each of them."""
    if not isinstance(value, dict) or not isinstance(value.get("given"), dict):
        return value
    checks = value.get("checks")
    if not isinstance(checks, list):
        return value
    return {**value, "checks": [_giving(value["given"], check) for check in checks]}


def require_names_of_their_own(checks: Sequence[CheckCard]) -> None:
    """Raises ValueError where two checks are called the same."""
    names = [check.name for check in checks]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two checks are called '{name}': rename one of them")


def _giving(shared_files: dict[str, Any], check: Any) -> Any:
    if not isinstance(check, dict):
        return check
    own = check.get("given", {})
    return {**check, "given": {**shared_files, **own}} if isinstance(own, dict) else check
