"""What effects ask for. A request decides an effect's identity, so its JSON never changes."""

from typing import Any

import msgspec

from warehouse.events.base import Json, Whole


class RecordedMessage(msgspec.Struct, frozen=True):
    """A message of a conversation, written whole once; `id` is its name afterwards."""

    id: str = ""
    role: str = ""
    content: str | list[Any] = ""
    """Text, or parts as in the OpenAI protocol."""


class CompletionRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a model is asked."""

    model: str = ""
    messages: tuple[RecordedMessage | str, ...] = ()
    """Whole where it is their first time in the journal, else by name."""
    max_tokens: Whole | None = None
    temperature: float | None = None
    seed: Whole | None = None
    response_format: Json | None = None


class AnswerRequest(msgspec.Struct, frozen=True):
    """What a person is asked."""

    question: str = ""


class CommitRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is to be committed: files by the digests of their contents, or a `source` folder."""

    files: dict[str, str | None] | None = None
    """None as a digest: the file is deleted."""
    author: str | None = None
    message: str | None = None
    source: str | None = None


class ToolRequest(msgspec.Struct, frozen=True):
    """Which tool is to be used, and how."""

    tool: str = ""
    arguments: Json = {}


class TagRequest(msgspec.Struct, frozen=True):
    """What the last commit so far is to be marked with."""

    tag: str = ""


class SandboxRequest(msgspec.Struct, frozen=True):
    """Which commands are to be run on which files."""

    backend: str = ""
    tree: str = ""
    """Digest of the files."""
    stack: str = ""
    commands: dict[str, tuple[str, ...]] = {}
