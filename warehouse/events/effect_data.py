"""What each effect asks for, and what it results in.

A request decides an effect's identity, so its JSON never changes. Of a result, what a resumed run builds on
is required; the rest may be missing.
"""

import json
from typing import Any

import msgspec

from warehouse.events.base import Count, Json, Number, Whole
from warehouse.events.checks import CheckOutcome
from warehouse.events.passages import Passage
from warehouse.events.pictures import Picture, Sighting
from warehouse.events.rows import Rows


class RecordedMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message of a conversation, written whole once; `id` is its name afterwards."""

    id: str = ""
    role: str = ""
    content: str | list[Any] = ""
    """Text, or parts as in the OpenAI protocol."""
    tool_calls: tuple[Json, ...] = ()
    """The calls that a reply made, as in the OpenAI protocol."""
    tool_call_id: str = ""
    """The call that a message of the role `tool` answers."""


class CompletionRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a model is asked."""

    model: str = ""
    messages: tuple[RecordedMessage | str, ...] = ()
    """Whole where it is their first time in the journal, else by name."""
    max_tokens: Whole | None = None
    temperature: float | None = None
    seed: Whole | None = None
    response_format: Json | None = None
    tools: tuple[str, ...] = ()
    """The names of those that were offered for calls in the model's own protocol."""
    altered: tuple[str, ...] = ()
    """What interventions make of the reply on its way."""


class ToolCall(msgspec.Struct, frozen=True, omit_defaults=True):
    """A call of a tool in a reply, as the model wrote it: nothing of it can be trusted."""

    name: str = ""
    arguments: str = ""
    """JSON, where the model kept to it."""
    id: str = ""


class TokensUsed(msgspec.Struct, frozen=True):
    """Tokens of a completion, those of its broken attempts included."""

    prompt_tokens: Count
    completion_tokens: Count
    cached_tokens: Count = 0
    """How many of the prompt tokens the provider had in its cache."""
    reported: bool = True
    """False where the provider said nothing and the figures are an estimate."""

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: "TokensUsed") -> "TokensUsed":
        return TokensUsed(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cached_tokens + other.cached_tokens,
            self.reported and other.reported,
        )


class CompletionResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a model answered."""

    text: str
    """Without the model's private thoughts; may be empty."""
    model: str = ""
    """The model id that was asked."""
    finish_reason: str
    """`stop`, `length` (cut off at `max_tokens`), `repetition` (cut off by us, since it went round
    in circles), `overflow` (the prompt was refused as too long), `content_filter`, or the provider's
    own word."""
    usage: TokensUsed
    cost: Number | None
    """US dollars; 0.0 on the user's own machine, None where no price is known."""
    seconds: Number = 0.0
    """From the first attempt to the last word, waiting included."""
    calls: tuple[ToolCall, ...] = ()
    """Those that the reply makes in the model's own protocol."""


class AnswerRequest(msgspec.Struct, frozen=True):
    """What a person is asked."""

    question: str = ""


class AnswerResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person answered."""

    text: str
    files: dict[str, str] = {}
    """The files that they edited instead of writing them into the answer, whole."""


class CommitRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is to be committed: files by the digests of their contents, or a `source` folder."""

    files: dict[str, str | None] | None = None
    """None as a digest: the file is deleted."""
    author: str | None = None
    message: str | None = None
    source: str | None = None
    commit: str = ""
    """The commit of the source that is begun at; empty for what lies there."""
    untracked: bool = False
    """Whether files come in that git neither tracks nor ignores."""


class ChangedFile(msgspec.Struct, frozen=True):
    """What a commit did to one file; `added` and `removed` count lines."""

    path: str
    status: str = ""
    """`added`, `changed` or `deleted`."""
    added: Count = 0
    removed: Count = 0


class CommitResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """A commit; its id is None where there was nothing to commit yet."""

    sha: str | None
    files: tuple[ChangedFile, ...]
    skipped: tuple[str, ...] | None = None
    """Of the customer's own folder: what was left out, and why."""


class TagRequest(msgspec.Struct, frozen=True):
    """What the last commit so far is to be marked with."""

    tag: str = ""


class TagResult(msgspec.Struct, frozen=True):
    """The commit that was tagged."""

    sha: str


class ToolRequest(msgspec.Struct, frozen=True):
    """Which tool is to be used, and how."""

    tool: str = ""
    arguments: Json = {}

    @property
    def lines(self) -> list[str]:
        """The arguments, each by its name; a text of several lines stands below it, as it is."""
        return [line for name, value in self.arguments.items() for line in _argument(name, value)]


def _argument(name: str, value: Any) -> list[str]:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if "\n" not in text:
        return [f"{name}: {text}"]
    return [f"{name}:", *(f"  {line}" for line in text.rstrip("\n").split("\n"))]


class ToolResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a call of a tool came to; `ok` is False where it could not be made."""

    text: str
    ok: bool
    seconds: Number
    changed: dict[str, str | None] = {}
    """The files that are different since, whole; None for one that is gone."""
    pictures: tuple[Picture, ...] = ()
    """What was seen of the product."""
    actions: tuple[str, ...] = ()
    """What was done with the product since it was started, this call included."""
    rows: Rows | None = None
    """What a query of a database came to."""
    passages: tuple[Passage, ...] = ()
    """What was shown of the user's documents."""


class MapRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of which program a map is to be drawn."""

    tree: str = ""
    """Digest of the files."""
    tokens: Count = 0
    """How long it may be."""
    shown: tuple[str, ...] = ()
    """The files that are shown whole beside it."""


class MapResult(msgspec.Struct, frozen=True):
    """A program's files and symbols that matter most, as a role reads them."""

    text: str


class AcceptanceRequest(msgspec.Struct, frozen=True):
    """Which acceptance checks are tried, by the digest of all of them, on which files."""

    backend: str = ""
    tree: str = ""
    """Digest of the files."""
    checks: str = ""


class AcceptanceResult(msgspec.Struct, frozen=True):
    """How each of them went."""

    outcomes: tuple[CheckOutcome, ...]


class SandboxRequest(msgspec.Struct, frozen=True):
    """Which commands are to be run on which files."""

    backend: str = ""
    tree: str = ""
    """Digest of the files."""
    stack: str = ""
    commands: dict[str, tuple[str, ...]] = {}


class CommandResult(msgspec.Struct, frozen=True):
    """How one command went in a sandbox."""

    argv: tuple[str, ...]
    exit_code: Whole
    """128 + the signal's number when a signal ended it."""
    stdout: str
    stderr: str
    seconds: Number
    timed_out: bool
    out_of_memory: bool
    truncated: bool
    """Whether part of stdout or stderr was left out; the place is marked in the text."""

    @property
    def ok(self) -> bool:
        return self.exit_code == 0 and not self.timed_out and not self.out_of_memory


class SandboxResult(msgspec.Struct, frozen=True):
    """What was run in the sandbox."""

    install: str | None
    """The output of an installation that failed."""
    results: dict[str, CommandResult]
    soft_limits: str = ""
    """Which limits the kernel did not hold, as a clause; empty where it held all."""
    sighting: Sighting | None = None
    """What a witness saw of its start; without one, `results` hold how it ended by itself."""
    lacks: str = ""
    """What the installation could not be tried without; empty where it was tried."""
