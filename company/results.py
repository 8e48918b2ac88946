"""What each kind of effect results in, as the journal holds it; checked, for anyone may have edited it."""

from collections.abc import Iterable
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from warehouse.errors import JournalError
from warehouse.journal import Event

_STRICT = ConfigDict(strict=True)


@with_config(_STRICT)
class TokensUsed(TypedDict):
    """Tokens of a completion."""

    prompt_tokens: int
    completion_tokens: int


@with_config(_STRICT)
class CompletionResult(TypedDict):
    """What a model answered."""

    text: str
    finish_reason: str
    usage: TokensUsed
    cost: float | None
    """In US dollars; None where no price is known."""


@with_config(_STRICT)
class AnswerResult(TypedDict):
    """What a person answered."""

    text: str


@with_config(_STRICT)
class CommitResult(TypedDict):
    """A commit; its id is None where there was nothing to commit yet."""

    sha: str | None
    files: list[dict[str, Any]]


@with_config(_STRICT)
class TagResult(TypedDict):
    """The commit that was tagged."""

    sha: str


@with_config(_STRICT)
class CommandDone(TypedDict):
    """One command run in the sandbox."""

    argv: list[str]
    exit_code: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool
    out_of_memory: bool
    truncated: bool


@with_config(_STRICT)
class SandboxResult(TypedDict):
    """What was run in the sandbox; `install` is the output of an installation that failed."""

    install: str | None
    results: dict[str, CommandDone]


@with_config(_STRICT)
class ToolResult(TypedDict):
    """What a call of a tool came to; `ok` is False where it could not be made."""

    text: str
    ok: bool
    seconds: float


_RESULTS: dict[str, TypeAdapter[Any]] = {
    "completion": TypeAdapter(CompletionResult),
    "answer": TypeAdapter(AnswerResult),
    "commit": TypeAdapter(CommitResult),
    "tag": TypeAdapter(TagResult),
    "sandbox": TypeAdapter(SandboxResult),
    "tool": TypeAdapter(ToolResult),
}


def check_results(past: Iterable[Event]) -> None:
    """Raises JournalError for a recorded result that no such effect can have had."""
    for event in past:
        if event.kind == "effect.ended" and event.data.get("effect") in _RESULTS:
            _check(event)


def _check(event: Event) -> None:
    effect = event.data["effect"]
    try:
        _RESULTS[effect].validate_python(event.data.get("result"))
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        field = ".".join(map(str, ("result", *fault["loc"])))
        raise JournalError(
            f"The journal cannot be gone on with: of the {effect} at {event.where}, {field} is not "
            f"what it should be ({fault['msg'].lower()}). To go on from before it: "
            f"softhouse fork RUN --at {event.where}"
        ) from None
