"""The versions of a run: what it delivered by its task, and one more each time it was gone on with.

All of them lie in one journal, one after the other. The steps of the first lie at their own places,
those of a further one below `version-2`, `version-3` and so on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from warehouse.events import (
    OF_THE_RUN,
    CommitEnded,
    ProductChecked,
    RunEnded,
    RunForked,
    RunStarted,
    SpecRecord,
    VersionStarted,
)
from warehouse.journal.journal import Event

SOURCE = "source"
"""Where a version brings in what the customer has: the last part of the place."""
VERSION = "version"
"""The kind of step that all steps of a further version lie in."""
DELIVERED = "delivered"
"""The tag of what was delivered last; with a number, of what a version delivered."""
HANDED_OVER = ("verified", "unverified")
"""How a run ends that has delivered."""
_PLACE = re.compile(r"version-([0-9]{1,6})(?:/|$)")


@dataclass(frozen=True)
class Version:
    """One version, as far as it came."""

    number: int
    """Counted from 1."""
    events: Sequence[Event]
    """Its own, from the one that began it."""

    @property
    def place(self) -> str:
        """The place that its steps lie in; empty for the first."""
        return place_of(self.number)

    @property
    def spec(self) -> SpecRecord:
        """What it was given, after its last fork."""
        spec = SpecRecord()
        for event in self.events:
            match event.data:
                case RunStarted() as started:
                    spec = started
                case RunForked(spec=given) | VersionStarted(spec=given):
                    spec = given
        return spec

    @property
    def back_to(self) -> int:
        """The version whose files it took up again; 0 where a company worked on a task."""
        first = self.events[0].data
        return first.back_to if isinstance(first, VersionStarted) else 0

    @property
    def base(self) -> str | None:
        """The commit that it began with; None while there is none."""
        at = f"{self.place}/{SOURCE}".lstrip("/")
        return next((sha for where, sha in self._commits() if where == at), None)

    @property
    def head(self) -> str | None:
        """The last commit of it, or the one it began with; None where there is none."""
        return next((sha for _, sha in reversed(self._commits())), None)

    @property
    def ending(self) -> RunEnded | None:
        """How it was handed over; None where it was not, or is worked on again."""
        of_the_run = (e.data for e in reversed(self.events) if isinstance(e.data, OF_THE_RUN))
        last = next(of_the_run, None)
        return last if isinstance(last, RunEnded) and last.status in HANDED_OVER else None

    @property
    def checked(self) -> ProductChecked | None:
        """What was seen of it last."""
        seen = (e.data for e in reversed(self.events) if isinstance(e.data, ProductChecked))
        return next(seen, None)

    def _commits(self) -> list[tuple[str, str]]:
        """The places at which something was committed, and the ids of the commits."""
        ended = ((e.where, e.data) for e in self.events)
        commits = ((w, data.result.sha) for w, data in ended if isinstance(data, CommitEnded))
        return [(where, sha) for where, sha in commits if sha]


def versions_in(events: Sequence[Event]) -> list[Version]:
    """Every version that was begun, oldest first; none where there is no event."""
    begun = [n for n, event in enumerate(events) if isinstance(event.data, VersionStarted)]
    bounds = [0, *begun, len(events)]
    parts = [events[at:until] for at, until in pairwise(bounds)]
    return [Version(number, part) for number, part in enumerate(parts, 1) if part]


def place_of(number: int) -> str:
    """The place that the steps of a version lie in; empty for the first."""
    return f"version-{number}" if number > 1 else ""


def within_version(where: str) -> str:
    """A place as its version has it: without the way to that."""
    return _PLACE.sub("", where, count=1) if _PLACE.match(where) else where


def delivered_tag(number: int) -> str:
    """The tag of what a version delivered."""
    return f"{DELIVERED}-{number}"
