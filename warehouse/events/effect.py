"""Events of effects: begun with a request, ended with a result, or failed.

Of what begins and ends there is a class for each effect; `effect` in the data tells which. What belongs
to an effect is listed in `EFFECT_KINDS`, in one place.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from warehouse.events.base import Count, EventData, Json, Number
from warehouse.events.effect_data import (
    AcceptanceRequest,
    AcceptanceResult,
    AnswerRequest,
    AnswerResult,
    CommitRequest,
    CommitResult,
    CompletionRequest,
    CompletionResult,
    MapRequest,
    MapResult,
    SandboxRequest,
    SandboxResult,
    TagRequest,
    TagResult,
    ToolRequest,
    ToolResult,
)

Result = TypeVar("Result")


class Effect(EventData, frozen=True, omit_defaults=True, tag_field="effect"):
    """Which effect it is: the `ordinal`-th in its place, with the `digest` of its request."""

    ordinal: Count
    digest: str = ""

    @property
    def effect(self) -> str:
        """The name of its kind, one of those in `EFFECT_KINDS`."""
        return str(self.__struct_config__.tag)


class EffectStarted(Effect, frozen=True, kw_only=True):
    """Something is asked of the outside world."""

    KIND: ClassVar[str] = "effect.started"

    speaker: str = ""
    """The role that speaks or works."""
    listener: str = ""
    model: str = ""
    heard: tuple[int, ...] = ()
    """The numbers of the events of what a person said, which the prompt holds."""
    request: Any


class CompletionStarted(EffectStarted, frozen=True, kw_only=True, tag="completion"):
    """A model is asked."""

    request: CompletionRequest


class AnswerStarted(EffectStarted, frozen=True, kw_only=True, tag="answer"):
    """A person is asked."""

    request: AnswerRequest


class CommitStarted(EffectStarted, frozen=True, kw_only=True, tag="commit"):
    """Files are committed."""

    request: CommitRequest


class TagStarted(EffectStarted, frozen=True, kw_only=True, tag="tag"):
    """A commit is tagged."""

    request: TagRequest


class ToolStarted(EffectStarted, frozen=True, kw_only=True, tag="tool"):
    """A role uses a tool."""

    request: ToolRequest


class MapStarted(EffectStarted, frozen=True, kw_only=True, tag="map"):
    """A map of the product is drawn."""

    request: MapRequest


class AcceptanceStarted(EffectStarted, frozen=True, kw_only=True, tag="acceptance"):
    """Acceptance checks are tried on the product."""

    request: AcceptanceRequest


class SandboxStarted(EffectStarted, frozen=True, kw_only=True, tag="sandbox"):
    """Commands are run on the product."""

    request: SandboxRequest


class EffectEnded(Effect, frozen=True, kw_only=True):
    """What was asked for is there."""

    KIND: ClassVar[str] = "effect.ended"

    result: Any


class CompletionEnded(EffectEnded, frozen=True, kw_only=True, tag="completion"):
    """A model has answered."""

    result: CompletionResult


class AnswerEnded(EffectEnded, frozen=True, kw_only=True, tag="answer"):
    """A person has answered."""

    result: AnswerResult


class CommitEnded(EffectEnded, frozen=True, kw_only=True, tag="commit"):
    """Files were committed."""

    result: CommitResult


class TagEnded(EffectEnded, frozen=True, kw_only=True, tag="tag"):
    """A commit was tagged."""

    result: TagResult


class ToolEnded(EffectEnded, frozen=True, kw_only=True, tag="tool"):
    """A tool was used."""

    result: ToolResult


class MapEnded(EffectEnded, frozen=True, kw_only=True, tag="map"):
    """A map of the product was drawn."""

    result: MapResult


class AcceptanceEnded(EffectEnded, frozen=True, kw_only=True, tag="acceptance"):
    """Acceptance checks were tried on the product."""

    result: AcceptanceResult


class SandboxEnded(EffectEnded, frozen=True, kw_only=True, tag="sandbox"):
    """Commands were run on the product."""

    result: SandboxResult


class UsedInVain(msgspec.Struct, frozen=True):
    """What a call without an answer used all the same."""

    prompt_tokens: Count = 0
    completion_tokens: Count = 0
    cost: Number | None = None
    """US dollars; None where no price is known."""


class EffectFailed(EventData, frozen=True, omit_defaults=True, kw_only=True):
    """What was asked for did not come about."""

    KIND: ClassVar[str] = "effect.failed"

    effect: str = ""
    ordinal: Count
    digest: str = ""
    error: str = ""
    used: UsedInVain | None = None


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
        typed = msgspec.convert(request, self.request)
        return self.starts(ordinal=ordinal, digest=digest, request=typed, **about)

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
MAP = EffectKind("map", MapRequest, MapResult, MapStarted, MapEnded)
SANDBOX = EffectKind("sandbox", SandboxRequest, SandboxResult, SandboxStarted, SandboxEnded)
ACCEPTANCE = EffectKind(
    "acceptance", AcceptanceRequest, AcceptanceResult, AcceptanceStarted, AcceptanceEnded
)
EFFECT_KINDS: tuple[EffectKind[Any], ...] = (
    COMPLETION,
    ANSWER,
    COMMIT,
    TAG,
    TOOL,
    MAP,
    SANDBOX,
    ACCEPTANCE,
)
