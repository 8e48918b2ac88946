"""The schema of an acceptance check: commands, and what a product that is right makes of them."""

import json
import shlex
from collections.abc import Sequence
from typing import Annotated, Any, Self

import regex
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from phases.yields import ProductPath
from warehouse.sandbox.wire import is_inside


def _a_plain_path(path: str) -> str:
    if not is_inside(path):
        raise ValueError(f"{path!r} must be written without '.' between its slashes")
    return path


def _a_regular_expression(pattern: str) -> str:
    try:
        regex.compile(pattern, regex.MULTILINE)
    except (regex.error, RecursionError) as error:
        raise ValueError(f"{pattern[:60]!r} is no regular expression: {error}") from None
    return pattern


FilePath = Annotated[ProductPath, AfterValidator(_a_plain_path)]
Pattern = Annotated[str, StringConstraints(max_length=1000), AfterValidator(_a_regular_expression)]
Argv = Annotated[list[str], Field(min_length=1, max_length=100)]


class TextExpectation(BaseModel):
    """What a text must be; all that is given must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_by_name=True)

    equals: str | None = Field(
        default=None,
        description="The whole text, apart from blanks at the ends of lines and of the text.",
    )
    contains: list[str] = Field(default=[], description="Pieces that appear in it.")
    lines: list[str] = Field(
        default=[], description="Lines that it has, apart from blanks at their ends."
    )
    lacks: list[str] = Field(default=[], description="Pieces that do not appear in it.")
    matches: list[Pattern] = Field(
        default=[], description="Regular expressions found in it, `^` and `$` at each line."
    )
    json_: Any = Field(
        default=None, alias="json", description="The value it is as JSON; numbers within 1e-9."
    )

    @property
    def wants_json(self) -> bool:
        """Whether `json` was given; what is expected may be `null`."""
        return "json_" in self.model_fields_set

    @property
    def expects_something(self) -> bool:
        return (
            self.equals is not None
            or self.wants_json
            or bool(self.contains or self.lines or self.lacks or self.matches)
        )


class FileExpectation(TextExpectation):
    """What a file must be after the command."""

    absent: bool = Field(default=False, description="Whether there must be no such file.")

    @model_validator(mode="after")
    def _nothing_is_expected_of_no_file(self) -> Self:
        if self.absent and self.expects_something:
            raise ValueError("a file that must be `absent` has no text to expect anything of")
        return self


class Command(BaseModel):
    """One command and what is expected of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    run: str | Argv = Field(
        description="The command, in the product's top folder; text is split into words as a"
        " shell would, and no shell runs it."
    )
    stdin: str = Field(default="", description="What it reads on standard input.")
    seconds: float = Field(default=10.0, gt=0, le=600, description="Its time, wall-clock.")
    exit_code: int | None = Field(
        default=0, description="The exit code; `null` for any that is no signal's and no time-out."
    )
    stdout: TextExpectation | None = Field(default=None, description="Standard output.")
    stderr: TextExpectation | None = Field(default=None, description="Standard error.")
    output: TextExpectation | None = Field(
        default=None, description="Standard output, then standard error."
    )
    files: dict[FilePath, FileExpectation] = Field(
        default={}, description="Files after the command, by path."
    )

    @model_validator(mode="after")
    def _can_be_run(self) -> Self:
        try:
            words = self.argv
        except ValueError as error:
            raise ValueError(
                f"{self.run!r:.60} cannot be split into words: {str(error).lower()}"
            ) from None
        if not words or not words[0]:
            raise ValueError("`run` names no program; say how the product is started")
        return self

    @property
    def argv(self) -> list[str]:
        """The command's words."""
        return shlex.split(self.run) if isinstance(self.run, str) else list(self.run)

    @property
    def expects_something(self) -> bool:
        texts = (self.stdout, self.stderr, self.output)
        return (
            self.exit_code is not None
            or bool(self.files)
            or any(text is not None and text.expects_something for text in texts)
        )


class CheckCard(BaseModel):
    """One acceptance check: commands in a fresh copy of the product, one after another."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str = Field(min_length=1, max_length=120, description="What is checked, in words.")
    given: dict[FilePath, str] = Field(
        default={},
        description="Files put beside the product before the first command; one of the product's"
        " that is in the way is taken out.",
    )
    steps: list[Command] = Field(min_length=1, max_length=50, description="The commands in order.")

    @model_validator(mode="before")
    @classmethod
    def _one_command_needs_no_list(cls, value: Any) -> Any:
        """Let the keys of a single command stand beside the check's own."""
        if not isinstance(value, dict) or "steps" in value or "run" not in value:
            return value
        own = {key: value[key] for key in ("name", "given") if key in value}
        rest = {key: item for key, item in value.items() if key not in own}
        return {**own, "steps": [rest]}

    @model_validator(mode="after")
    def _expects_something(self) -> Self:
        if not any(step.expects_something for step in self.steps):
            raise ValueError(f"the check '{self.name}' would pass whatever the program does")
        return self


def as_data(checks: Sequence[CheckCard]) -> list[dict[str, Any]]:
    """The checks as they would be written, without what was left out."""
    return [check.model_dump(mode="json", by_alias=True, exclude_unset=True) for check in checks]


def as_json(checks: Sequence[CheckCard]) -> str:
    """The same as text, by which they are told from others."""
    return json.dumps(as_data(checks), sort_keys=True)
