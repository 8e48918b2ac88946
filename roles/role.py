"""The schema of a role card: who speaks, in what words, through which model."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

RoleName = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", min_length=1, max_length=64)
]
ToolName = Annotated[
    str,
    StringConstraints(
        pattern=r"^([a-z][a-z0-9_]{0,63}|mcp:[a-z][a-z0-9_]{0,39}(/[A-Za-z0-9_.-]{1,64})?)$"
    ),
]
"""A tool of the house, one of a server (`mcp:NAME/TOOL`), or all of a server (`mcp:NAME`)."""


class Role(BaseModel):
    """Someone who can speak in a phase; one YAML file in `roles/`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: RoleName = Field(
        description="The name phases call this role by; the file's name without `.yaml`."
    )
    title: str = Field(
        min_length=1,
        max_length=80,
        description="The name people read: in the window, and as the author of commits.",
    )
    prompt: str = Field(
        default="",
        description="The system prompt, a template over `role` and `company`."
        " A human role has none.",
    )
    model: str = Field(
        default="default",
        min_length=1,
        description="`default`, a `provider:model` id, or a name from the company's `models`.",
    )
    temperature: float | None = Field(
        default=None,
        ge=0.0,
        le=2.0,
        description="Sampling temperature of this role; the company's default when left out.",
    )
    tools: list[ToolName] = Field(
        default=[],
        max_length=20,
        description="What the role can do besides talking, where it is the assistant.",
        exclude_if=lambda tools: not tools,
    )
    human: bool = Field(
        default=False, description="True for a person who is asked instead of a model."
    )
