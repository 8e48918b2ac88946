"""What effects result in. What a resumed run builds on is required, the rest may be missing."""

import msgspec

from warehouse.events.base import Count, Number, Whole


class TokensUsed(msgspec.Struct, frozen=True):
    """Tokens of a completion."""

    prompt_tokens: Count
    completion_tokens: Count
    cached_tokens: Count = 0
    reported: bool = True
    """False where the provider said nothing and the figures are an estimate."""


class CompletionResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a model answered."""

    text: str
    model: str = ""
    finish_reason: str
    """`stop`, `length`, `repetition`, `content_filter`, `overflow`, or the provider's own word."""
    usage: TokensUsed
    cost: Number | None
    """US dollars; None where no price is known."""
    seconds: Number = 0.0


class AnswerResult(msgspec.Struct, frozen=True):
    """What a person answered."""

    text: str


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


class ToolResult(msgspec.Struct, frozen=True):
    """What a call of a tool came to; `ok` is False where it could not be made."""

    text: str
    ok: bool
    seconds: Number


class TagResult(msgspec.Struct, frozen=True):
    """The commit that was tagged."""

    sha: str


class CommandDone(msgspec.Struct, frozen=True):
    """One command run in the sandbox."""

    argv: tuple[str, ...]
    exit_code: Whole
    stdout: str
    stderr: str
    seconds: Number
    timed_out: bool
    out_of_memory: bool
    truncated: bool


class SandboxResult(msgspec.Struct, frozen=True):
    """What was run in the sandbox."""

    install: str | None
    """The output of an installation that failed."""
    results: dict[str, CommandDone]
