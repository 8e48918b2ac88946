"""Finding the past that a run to come shares with one that was made.

A spec is walked over another run's journal with nothing performed: every effect it asks for in
the same place with the same request is recalled. Where it first asks for something else, or passes
something by, the two runs part; everything before was the same to the letter, so it need not be
asked or paid for again. A run in which a person spoke to a role shares nothing: no other run would
have been told the same.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from company.engine.fork.fork_point import enclosing_step
from company.engine.resources import Resources
from company.engine.run import Run
from company.engine.workspace.handover import HANDOVER
from company.errors import Diverged, NothingDelivered
from company.spec import RunSpec
from warehouse.errors import SofthouseError
from warehouse.events import (
    OF_THE_RUN,
    CompletionEnded,
    EffectStarted,
    PersonSaid,
    RunEnded,
    RunForked,
    RunStarted,
    VersionStarted,
)
from warehouse.events.conversion import spec_of
from warehouse.journal.journal import FILE_NAME, Event, read_events
from warehouse.runs.folders import PRODUCT


@dataclass(frozen=True)
class SharedPast:
    """The events that a spec has in common with the run in the folder `parent`."""

    parent: Path
    step: str
    """The place of the step with which the two begin to differ."""
    events: Sequence[Event]
    digests: Set[str] = frozenset()
    """The digests of what the spec asked for on its way, and where the two part."""

    @property
    def calls(self) -> int:
        """The completions in it: what need not be asked again."""
        return sum(isinstance(event.data, CompletionEnded) for event in self.events)


async def longest_shared_past(
    spec: RunSpec, parents: Iterable[Path], resources: Resources
) -> SharedPast | None:
    """Of the given runs the one that shares the most calls with `spec`; None where none shares any.

    A run that cannot be read shares none.
    """
    pasts: dict[str, SharedPast] = {}
    for parent in parents:
        with suppress(SofthouseError):
            events = read_events(parent / FILE_NAME)
            if not _parts_elsewhere(events, pasts):
                past = await _shared_past(spec, parent, events, resources)
                pasts |= {parent.name: past} if past else {}
        # Each walk takes a while, and other runs wait for the loop.
        await asyncio.sleep(0)
    sharing = (past for past in pasts.values() if past.calls)
    return max(sharing, key=lambda past: past.calls, default=None)


def _parts_elsewhere(events: Sequence[Event], pasts: Mapping[str, SharedPast]) -> bool:
    """Whether a run is a fork that shares no more with the spec than its parent does.

    It does not where it left the parent at another step than the spec would, or went on there
    with something that the spec would not ask for.
    """
    forks = ((e.seq, e.data) for e in reversed(events) if isinstance(e.data, RunForked))
    at, fork = next(forks, (0, None))
    parent = pasts.get(fork.parent) if fork else None
    if parent is None:
        return False
    own = (event.data for event in events[at:] if isinstance(event.data, EffectStarted))
    first = next(own, None)
    return len(parent.events) != at or (first is not None and first.digest not in parent.digests)


async def _shared_past(
    spec: RunSpec, parent: Path, events: Sequence[Event], resources: Resources
) -> SharedPast | None:
    """What `spec` has in common with the run in `parent`; None where that is not even a step.

    Raises JournalError where the run cannot be gone on with.
    """
    of_a_person = (PersonSaid, VersionStarted)
    if not (parent / PRODUCT).is_dir() or any(isinstance(e.data, of_a_person) for e in events):
        return None
    walked = Run.recorded(parent, resources, _as_if_begun_by(spec, events))
    try:
        await walked.rehearse()
    except NothingDelivered:
        pass
    except Diverged:
        if not walked.unasked():
            return None
    if passed_by := walked.unasked():
        step = enclosing_step(events, passed_by[0])
    else:
        step = enclosing_step(events, HANDOVER)
        if step is None:
            return _all_of(parent, events)
    if step is None:
        return None
    return SharedPast(parent, step.where, events[: events.index(step)], walked.digests())


def _all_of(parent: Path, events: Sequence[Event]) -> SharedPast | None:
    """Everything that the run came to which ended before its handover."""
    end = max((n for n, event in enumerate(events) if event.kind == RunEnded.KIND), default=None)
    if end is None:
        return None
    last = next((event for event in reversed(events[:end]) if event.where), None)
    step = last and enclosing_step(events, last.where)
    return SharedPast(parent, step.where, events[:end]) if step else None


def _as_if_begun_by(spec: RunSpec, events: Sequence[Event]) -> list[Event]:
    """The same past under one spec from its beginning, whatever forks it came through."""
    first = events[0]
    begun = spec_of(spec.frozen(first.data.run if isinstance(first.data, RunStarted) else ""))
    inside = (event for event in events if not isinstance(event.data, OF_THE_RUN))
    return [Event(first.seq, first.at, "", begun), *inside]
