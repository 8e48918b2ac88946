"""The schema of a server of tools: what a company asks for, and what only its user may say of one."""

import os
import re
from pathlib import Path
from shlex import join
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

SERVER_NAME = r"[a-z][a-z0-9_]{0,39}"
ServerName = Annotated[str, StringConstraints(pattern=f"^{SERVER_NAME}$")]
Word = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
PREFIX = "mcp:"
_WANTED = re.compile(rf"{PREFIX}({SERVER_NAME})(?:/([A-Za-z0-9_.-]{{1,64}}))?")


class Wanted(NamedTuple):
    """What a role's card names: one tool of a server, or with None all of them."""

    server: str
    tool: str | None

    @classmethod
    def read(cls, name: str) -> Self | None:
        """From `mcp:NAME/TOOL` or `mcp:NAME`; None for the name of a tool of the house."""
        found = _WANTED.fullmatch(name)
        return cls(found[1], found[2]) if found else None


class ServerCard(BaseModel):
    """A server of tools, as a company asks for it: exactly one of `command` and `url`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    command: list[Word] = Field(
        default=[],
        max_length=50,
        description="What starts it, word for word; it runs in the sandbox, without a network.",
    )
    packages: list[Word] = Field(
        default=[],
        max_length=20,
        description="Python packages that it needs there, as in a requirements.txt.",
    )
    url: Word | None = Field(
        default=None,
        pattern=r"^https?://",
        description="Where it answers by streamable HTTP.",
    )
    seconds: float = Field(
        default=60.0,
        gt=0,
        le=600,
        description="How long one call may take; then the server is ended.",
    )

    @model_validator(mode="after")
    def _is_reached_in_one_way(self) -> Self:
        if bool(self.command) == bool(self.url):
            raise ValueError("a server of tools has either a 'command' or a 'url'")
        if self.packages and not self.command:
            raise ValueError("'packages' are for a server with a 'command'")
        return self

    @property
    def told(self) -> str:
        """What is started or reached, in a line."""
        return self.url or " ".join([join(self.command), *(f"+{name}" for name in self.packages)])


class OwnServer(ServerCard):
    """One of the user's own settings, who may say more of it."""

    ask: bool = Field(
        default=True, description="Whether you are asked before a company of any origin uses it."
    )
    host: bool = Field(
        default=False, description="Run it on this machine itself, with your rights."
    )
    folder: Path | None = Field(
        default=None,
        strict=False,
        description="A folder that is put into its sandbox: where its program lies.",
    )
    env: list[Word] = Field(
        default=[], description="Variables of your environment that it is given on the host."
    )
    key_env: str | None = Field(
        default=None, description="The variable that holds the key for its `url`."
    )

    @property
    def environment(self) -> dict[str, str]:
        """What it is given of yours."""
        return {name: os.environ[name] for name in self.env if name in os.environ}

    @model_validator(mode="after")
    def _fits_its_way(self) -> Self:
        if self.host and (self.packages or self.folder or self.url):
            raise ValueError(
                "a server on the host has a 'command', and neither 'packages' nor 'folder'"
            )
        if self.env and not self.host:
            raise ValueError("'env' is for a server on the 'host': a sandbox sees nothing of yours")
        if self.key_env and not self.url:
            raise ValueError("'key_env' is for a server with a 'url'")
        return self
