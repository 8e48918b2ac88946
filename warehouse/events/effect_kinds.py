"""The kinds of effect there are: what each is begun with, and what it results in."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from warehouse.events.base import Json
from warehouse.events.effect import (
    AnswerEnded,
    AnswerStarted,
    CommitEnded,
    CommitStarted,
    CompletionEnded,
    CompletionStarted,
    EffectEnded,
    EffectFailed,
    EffectStarted,
    SandboxEnded,
    SandboxStarted,
    TagEnded,
    TagStarted,
    ToolEnded,
    ToolStarted,
    UsedInVain,
)
from warehouse.events.requests import (
    AnswerRequest,
    CommitRequest,
    CompletionRequest,
    SandboxRequest,
    TagRequest,
    ToolRequest,
)
from warehouse.events.results import (
    AnswerResult,
    CommitResult,
    CompletionResult,
    SandboxResult,
    TagResult,
    ToolResult,
)

Result = TypeVar("Result")


@dataclass(frozen=True)
class EffectKind(Generic[Result]):
    """One kind of effect."""

    name: str
    """As the journal names it, and as it counts for the digest of a request."""
    request: type[msgspec.Struct]
    result: type[Result]
    starts: type[EffectStarted]
    ends: type[EffectEnded]

    def started(self, ordinal: int, digest: str, request: Json, **about: Any) -> EffectStarted:
        """The event of a request; raises ValidationError where that is of another kind."""
        asked = msgspec.convert(request, self.request)
        return self.starts(ordinal=ordinal, digest=digest, request=asked, **about)

    def ended(self, ordinal: int, digest: str, result: Result) -> EffectEnded:
        """The event of a result."""
        return self.ends(ordinal=ordinal, digest=digest, result=result)

    def failed(
        self, ordinal: int, digest: str, error: str, used: UsedInVain | None
    ) -> EffectFailed:
        """The event of a failure."""
        return EffectFailed(
            effect=self.name, ordinal=ordinal, digest=digest, error=error, used=used
        )


COMPLETION = EffectKind(
    "completion", CompletionRequest, CompletionResult, CompletionStarted, CompletionEnded
)
ANSWER = EffectKind("answer", AnswerRequest, AnswerResult, AnswerStarted, AnswerEnded)
COMMIT = EffectKind("commit", CommitRequest, CommitResult, CommitStarted, CommitEnded)
TAG = EffectKind("tag", TagRequest, TagResult, TagStarted, TagEnded)
TOOL = EffectKind("tool", ToolRequest, ToolResult, ToolStarted, ToolEnded)
SANDBOX = EffectKind("sandbox", SandboxRequest, SandboxResult, SandboxStarted, SandboxEnded)
