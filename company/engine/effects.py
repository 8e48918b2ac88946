"""Perform or recall: the one door between a run and the outside world.

An effect is looked up by where it happens, its ordinal there, and the digest of its request.
Recorded, its result is returned; not recorded, it is performed and its result is on the disk
before anyone builds on it. Everything between effects is deterministic, so walking the same
chain over the same journal ends in the same place.
"""

import hashlib
import json
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from company.errors import CallCancelled, Diverged, NotRecorded, Unanswered
from warehouse.errors import SofthouseError, is_of_the_disk
from warehouse.events import (
    CallRetried,
    CompletionResult,
    CompletionStarted,
    DeliverableAccepted,
    DeliverableRejected,
    EffectEnded,
    EffectFailed,
    EffectStarted,
    EventData,
    SandboxStarted,
    UsedInVain,
    WordsStreamed,
)
from warehouse.events.effect import EffectKind
from warehouse.history.usage import usage_of
from warehouse.journal.journal import Event, Journal
from warehouse.journal.messages import MessageMemory

Json = dict[str, Any]
Commands = Mapping[str, Sequence[str]]
"""The argv of each command, by the name of its check."""
Result = TypeVar("Result")


class Effects:
    """The effects of one run. Without a journal nothing is live: all there is, is recalled."""

    def __init__(
        self,
        journal: Journal | None,
        past: Iterable[Event] = (),
        admission: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`admission` is awaited before an effect begins: a person may hold the run up."""
        self.journal = journal
        self._admission = admission
        self._stopped: SofthouseError | None = None
        self._recorded: dict[tuple[str, int], EffectEnded] = {}
        self._emitted: Counter[tuple[str, str]] = Counter()
        self._complaints = defaultdict[str, deque[str]](deque)
        self._commands: dict[tuple[str, int], Commands] = {}
        self._ordinals: Counter[str] = Counter()
        self._tokens: Counter[str] = Counter()
        self.digests: set[str] = set()
        """Of everything that was asked for, recorded or not."""
        self._memory = MessageMemory()
        for event in past:
            self._remember(event)

    def _remember(self, event: Event) -> None:
        match event.data:
            case EffectEnded() as ended:
                self._recorded[event.where, ended.ordinal] = ended
            case CompletionStarted(request=request):
                self._memory.remember(request)
            case SandboxStarted(ordinal=ordinal, request=request):
                self._commands[event.where, ordinal] = request.commands
            case EffectStarted() | EffectFailed() | WordsStreamed() | CallRetried():
                pass
            case DeliverableRejected(complaint=complaint):
                self._complaints[event.where].append(complaint)
                self._emitted[event.where, event.kind] += 1
            case _:
                self._emitted[event.where, event.kind] += 1

    def is_recorded(self, where: str) -> bool:
        """Whether the past holds an effect in a place that was not asked for yet."""
        return (where, self._ordinals[where]) in self._recorded

    def commands(self, where: str, now: Commands) -> Commands:
        """The commands to run in a place: those that the past ran there, where it did, since a later house
        may know better ones for the same files."""
        place = where, self._ordinals[where]
        return self._commands.get(place, now) if place in self._recorded else now

    async def perform(
        self,
        effect: EffectKind[Result],
        where: str,
        request: Json,
        act: Callable[[], Awaitable[Result]],
        *,
        about: Mapping[str, Any] | None = None,
    ) -> Result:
        """The result of `act`, performed once in the life of the run.

        `request` decides identity; `about` (who speaks, to whom) is recorded beside it.
        Raises Diverged when the journal holds another request in this place, NotRecorded where
        nothing is live, and what `stop` was told.
        """
        ordinal = self._ordinals[where]
        self._ordinals[where] += 1
        named = self._memory.names(request)
        digest = digest_of(effect.name, named)
        self.digests.add(digest)
        recorded = self._recorded.get((where, ordinal))
        if recorded is not None:
            recalled: Result = _recall(recorded, effect.name, where, digest)
            del self._recorded[where, ordinal]
            return self._counted(where, recalled)
        if self.journal is None:
            raise NotRecorded(
                f"Nothing is recorded at {where}: the journal ends before this {effect.name}."
            )
        await self._may_begin()
        compact = self._memory.compact(request, named)
        self.journal.append(effect.started(ordinal, digest, compact, **(about or {})), where)
        try:
            result = await act()
        except (Exception, CallCancelled) as error:
            self.journal.append(effect.failed(ordinal, digest, *_failure(error)), where)
            if isinstance(error, OSError) and is_of_the_disk(error):
                raise _no_room(error) from None
            raise
        self.journal.append(effect.ended(ordinal, digest, result), where)
        await self.journal.sync()
        return self._counted(where, result)

    def _counted(self, where: str, result: Result) -> Result:
        if isinstance(result, CompletionResult):
            self._tokens[where] += usage_of(result).tokens
        return result

    def tokens_in(self, place: str) -> int:
        """What models have used in a place, recalled or not, as far as this walk has come."""
        inside = f"{place}/"
        return sum(tokens for where, tokens in self._tokens.items() if where.startswith(inside))

    async def ready(self, where: str) -> None:
        """Wait until an effect may begin in this place, as one that is recorded always may.

        For requests that hold what people have said until the moment they are sent.
        """
        if self.journal is not None and not self.is_recorded(where):
            await self._may_begin()

    async def _may_begin(self) -> None:
        if self._admission is not None:
            await self._admission()
        if self._stopped is not None:
            raise self._stopped

    def stop(self, error: SofthouseError) -> None:
        """Let no further effect begin: `error` is raised instead. Those in flight are finished."""
        self._stopped = self._stopped or error

    def unasked(self) -> list[str]:
        """The places whose recorded results nobody has asked for, in the order of the journal."""
        return list(dict.fromkeys(where for where, _ in self._recorded))

    def accompany(self, data: EventData, where: str) -> None:
        """Record something about an effect in flight; a recalled effect has none of it."""
        if self.journal is not None:
            self.journal.append(data, where)

    def accepted_already(self, place: str) -> bool:
        """Whether the past says that the next reply read in a place was accepted: it holds a
        deliverable of that place, and no rejection that was not walked through again."""
        rejected = (
            count
            for (where, kind), count in self._emitted.items()
            if kind == DeliverableRejected.KIND and where.startswith(f"{place}/")
        )
        return self._emitted[place, DeliverableAccepted.KIND] > 0 and not any(rejected)

    def emit(self, data: EventData, where: str) -> None:
        """Record what follows from effects, once, however often the past is walked again."""
        place = where, data.kind_of_event
        if self._emitted[place] > 0:
            self._emitted[place] -= 1
        elif self.journal is not None:
            self.journal.append(data, where)

    def send_back(self, rejection: DeliverableRejected, where: str) -> str:
        """Record that a reply goes back, and return the words it goes back with: those of the past,
        where there are some, since the request that holds them is recorded too."""
        past = self._complaints[where]
        words = past.popleft() if past else rejection.complaint
        self.emit(rejection, where)
        return words


def digest_of(effect: str, request: Json) -> str:
    """What makes two effects the same: their kind and their request, messages by name."""
    canonical = json.dumps([effect, request], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:24]


def _failure(error: BaseException) -> tuple[str, UsedInVain | None]:
    """What a failed effect leaves in the journal; tokens it used were paid for all the same."""
    used = error.used if isinstance(error, Unanswered | CallCancelled) else None
    return str(error) or "interrupted", used


def _no_room(error: OSError) -> SofthouseError:
    about = f"{error.filename}: " if error.filename else ""
    words = f"{about}{error.strerror}. Make room, then resume the run."
    return SofthouseError(words).caused_by(error)


def _recall(recorded: EffectEnded, effect: str, where: str, digest: str) -> Any:
    if recorded.digest != digest or recorded.effect != effect:
        raise Diverged.at(
            where,
            "what is asked now is not what was recorded there (a prompt, a role, a model or "
            "softhouse itself was changed)",
        )
    return recorded.result
