"""Perform or recall: the one door between a run and the outside world.

An effect is looked up by where it happens, its ordinal there, and the digest of its request.
Recorded, its result is returned; not recorded, it is performed and its result is on the disk
before anyone builds on it. Everything between effects is deterministic, so walking the same
chain over the same journal ends in the same place.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from company.errors import CallCancelled, Diverged, NotRecorded, Unanswered
from warehouse.errors import SofthouseError
from warehouse.journal import Event, Journal
from warehouse.messages import MessageMemory

Json = dict[str, Any]

IN_FLIGHT = frozenset({"words", "retry"})
"""Events that only accompany an effect being performed; a recalled effect has none."""


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
        self._recorded: dict[tuple[str, int], Json] = {}
        self._emitted: Counter[tuple[str, str]] = Counter()
        self._asked: Counter[str] = Counter()
        self.digests: set[str] = set()
        """Of everything that was asked for, recorded or not."""
        self._memory = MessageMemory()
        for event in past:
            self._remember(event)

    def _remember(self, event: Event) -> None:
        if event.kind == "effect.ended":
            self._recorded[event.where, event.data["ordinal"]] = event.data
        elif event.kind == "effect.started":
            self._memory.learn(event.data["request"])
        elif not event.kind.startswith(("effect.", "run.")) and event.kind not in IN_FLIGHT:
            self._emitted[event.where, event.kind] += 1

    async def perform(
        self,
        effect: str,
        where: str,
        request: Json,
        act: Callable[[], Awaitable[Json]],
        *,
        about: Mapping[str, Any] | None = None,
    ) -> Json:
        """The result of `act`, performed once in the life of the run.

        `request` decides identity; `about` (who speaks, to whom) is recorded beside it.
        Raises Diverged when the journal holds another request in this place, NotRecorded where
        nothing is live, and what `stop` was told.
        """
        ordinal = self._asked[where]
        self._asked[where] += 1
        named = self._memory.names(request)
        digest = digest_of(effect, named)
        self.digests.add(digest)
        recorded = self._recorded.get((where, ordinal))
        if recorded is not None:
            result = _recall(recorded, effect, where, digest)
            del self._recorded[where, ordinal]
            return result
        if self.journal is None:
            raise NotRecorded(
                f"Nothing is recorded at {where}: the journal ends before this {effect}."
            )
        await self._may_begin()
        identity = {"effect": effect, "ordinal": ordinal, "digest": digest}
        self.journal.append(
            "effect.started",
            where,
            {**identity, **(about or {}), "request": self._memory.compact(request, named)},
        )
        try:
            result = await act()
        except (Exception, CallCancelled) as error:
            self.journal.append("effect.failed", where, {**identity, **_failure(error)})
            raise
        self.journal.append("effect.ended", where, {**identity, "result": result})
        await self.journal.sync()
        return result

    async def ready(self, where: str) -> None:
        """Wait until an effect may begin in this place, as one that is recorded always may.

        For requests that hold what people have said until the moment they are sent.
        """
        if self.journal is not None and (where, self._asked[where]) not in self._recorded:
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

    def accompany(self, kind: str, where: str, data: Json) -> None:
        """Record something about an effect in flight; a recalled effect has none of it."""
        if self.journal is not None:
            self.journal.append(kind, where, data)

    def emit(self, kind: str, where: str, data: Json) -> None:
        """Record what follows from effects, once, however often the past is walked again."""
        if self._emitted[where, kind] > 0:
            self._emitted[where, kind] -= 1
            return
        if self.journal is not None:
            self.journal.append(kind, where, data)


def digest_of(effect: str, request: Json) -> str:
    """What makes two effects the same: their kind and their request, messages by name."""
    canonical = json.dumps([effect, request], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:24]


def _failure(error: BaseException) -> Json:
    """What a failed effect leaves in the journal; tokens it used were paid for all the same."""
    used = error.used if isinstance(error, Unanswered | CallCancelled) else None
    return {"error": str(error) or "interrupted", **({"used": used} if used else {})}


def _recall(recorded: Json, effect: str, where: str, digest: str) -> Json:
    if recorded.get("digest") != digest or recorded.get("effect") != effect:
        raise Diverged.at(
            where,
            "what is asked now is not what was recorded there (a prompt, a role, a model or "
            "softhouse itself was changed)",
        )
    result: Json = recorded["result"]
    return result
