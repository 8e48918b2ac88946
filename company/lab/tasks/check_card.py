"""The schema of an acceptance check: commands, and what a product that is right makes of them."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from phases.yields import ProductPath

Argv = Annotated[list[str], Field(min_length=1, max_length=100)]


class TextExpectation(BaseModel):
    """What a text must be; all that is given must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_by_name=True)

    equals: str | None = Field(
        default=None,
        description="The whole text, apart from blanks at the ends of lines and of the text.",
    )
    contains: list[str] = Field(default=[], description="Pieces that appear in it.")
    lacks: list[str] = Field(default=[], description="Pieces that do not appear in it.")
    matches: list[str] = Field(
        default=[], description="Regular expressions found in it, `^` and `$` at each line."
    )
    json_: Any = Field(
        default=None, alias="json", description="The value it is as JSON; numbers within 1e-9."
    )


class FileExpectation(TextExpectation):
    """What a file must be after the command."""

    absent: bool = Field(default=False, description="Whether there must be no such file.")


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
    files: dict[ProductPath, FileExpectation] = Field(
        default={}, description="Files after the command, by path."
    )


class CheckCard(BaseModel):
    """One acceptance check: commands in a fresh copy of the product, one after another."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str = Field(min_length=1, max_length=120, description="What is checked, in words.")
    given: dict[ProductPath, str] = Field(
        default={}, description="Files put beside the product before the first command."
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
        if all(_expects_nothing(step) for step in self.steps):
            raise ValueError(f"the check '{self.name}' would pass whatever the program does")
        return self


def _expects_nothing(step: Command) -> bool:
    texts = (step.stdout, step.stderr, step.output)
    return step.exit_code is None and not step.files and all(text is None for text in texts)
