"""Runs that were killed, taken up again, and held against what an undisturbed run came to.

Each run speaks to a model of its own name, by which the provider knows it, and each call is known
by its seed, which is that of its place in the chain.
"""

import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from tests.support.hands import company_with_a_helper, company_with_hands
from tests.support.houses import branching_company
from tests.support.mortal import KILLED, Death, How, Nursery
from tests.support.scripted_provider import Call, ScriptedProvider
from warehouse.events import LineNoted
from warehouse.events.conversion import as_json
from warehouse.journal.journal import FILE_NAME, Event, is_locked, read_events

AT_ONCE = 2
BY_HAND = "hands"
"""The company whose role runs commands."""
OFFICE = "together"
"""The company whose roles ask, note, plan and delegate."""


class Survived(Exception):
    """The run ended of itself before its time had come."""


@dataclass(frozen=True)
class Past:
    """A run as its killed process left it."""

    name: str
    company: str
    run: Path
    journal: bytes
    """Its whole lines."""
    events: list[Event]
    calls: int
    """How many the provider had been asked."""

    @property
    def paid(self) -> set[int]:
        """The calls whose results are recorded."""
        ended = {_key(event) for event in self.events if event.kind == "effect.ended"}
        return {_seed(event) for event in self._asking() if _key(event) in ended}

    @property
    def in_flight(self) -> set[int]:
        """The calls that were begun and not recorded."""
        return set(map(_seed, self._asking())) - self.paid

    def _asking(self) -> list[Event]:
        begun = (event for event in self.events if event.kind == "effect.started")
        return [event for event in begun if as_json(event.data)["effect"] == "completion"]


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    tree: str
    """git's name for all files of the product."""
    events: int
    asked: Counter[int]
    """How often each call was made, as the provider counted."""


@dataclass
class Graveyard:
    """Where runs are killed and taken up again."""

    folder: Path
    provider: ScriptedProvider
    undisturbed: dict[str, Outcome] = field(default_factory=dict)
    _nurseries: SimpleQueue[Nursery] = field(default_factory=SimpleQueue)

    @classmethod
    @contextmanager
    def open(
        cls, folder: Path, provider: ScriptedProvider, *companies: str
    ) -> Iterator["Graveyard"]:
        """A graveyard that knows what undisturbed runs of these companies come to."""
        yard = cls(folder, provider)
        with Nursery() as first, Nursery() as second:
            for nursery in (first, second):
                nursery.warm_up(yard.place("warm"), companies[0], yard.model("warm"))
                yard._nurseries.put(nursery)
            for company in companies:
                name = f"undisturbed-{company}"
                with yard._nursery() as nursery:
                    place, model = yard.place(name), yard.model(name)
                    assert nursery.work(place, company, model, sandbox=sandbox_of(company)) == 0
                (run,) = (folder / name / "products").iterdir()
                yard.undisturbed[company] = yard._outcome(run, name)
            yield yard

    def kill_everywhere(self, company: str, how: How, last: int) -> int:
        """Kill a run at each occasion up to the `last`, a run each, and resume it to its end.

        Returns the number of deaths; a run may survive only by coming to its end before.
        """
        with ThreadPoolExecutor(AT_ONCE) as several:
            died = list(
                several.map(lambda n: self._dies(company, Death(how, n)), range(1, last + 1))
            )
        assert died == sorted(died, reverse=True), "it survives only where nothing is left to do"
        return sum(died)

    def kill(self, name: str, company: str, death: Death, source: Path | None = None) -> Past:
        """Let a run die. Raises Survived where it did not."""
        with self._nursery() as nursery:
            place, sandbox = self.place(name), sandbox_of(company)
            code = nursery.work(place, company, self.model(name), death, source, sandbox)
        if code == 0:
            raise Survived
        assert code == KILLED, f"{name} ended with {code}"
        (run,) = (self.folder / name / "products").iterdir()
        return self.look_at(name, company, run)

    def kill_again(self, past: Past, death: Death) -> Past:
        """Resume a killed run, and let it die again. Raises Survived where it did not."""
        with self._nursery() as nursery:
            code = nursery.resume(past.run, death, sandbox_of(past.company))
        if code == 0:
            raise Survived
        assert code == KILLED, f"{past.name} ended with {code}"
        return self.look_at(past.name, past.company, past.run)

    def go_on(self, past: Past) -> int:
        """Resume a killed run. Returns the exit code."""
        with self._nursery() as nursery:
            return nursery.resume(past.run, sandbox=sandbox_of(past.company))

    def resume(self, past: Past) -> None:
        """Resume a killed run to its end, and check what holds whenever and however it died."""
        assert self.go_on(past) == 0, past.name
        self.check(past, repeated=past.in_flight)

    def check(self, past: Past, *, repeated: set[int]) -> None:
        """Check that a run, now at its end, came to what it would have come to undisturbed.

        The calls in `repeated` may have been made once more, and no other; none that was recorded.
        """
        outcome, expected = self._outcome(past.run, past.name), self.undisturbed[past.company]
        assert outcome.tree == expected.tree, past.name
        assert outcome.asked.keys() == expected.asked.keys(), past.name
        more = outcome.asked - expected.asked
        told = f"{past.name}: more than was in flight: {more}, {repeated}"
        assert more.keys() <= repeated, told
        assert set(more.values()) <= {1}, f"{past.name}: the same call was lost twice"
        asked_again = {call.body["seed"] for call in self.calls(past.name)[past.calls :]}
        assert asked_again.isdisjoint(past.paid), f"{past.name}: a recorded call was made again"
        _check_journal(past)

    def place(self, name: str) -> Path:
        """The folder of a run to be, with the cards it may want."""
        branching_company(self.folder / name / "cards")
        company_with_hands(self.folder / name / "cards", BY_HAND)
        company_with_a_helper(self.folder / name / "cards", OFFICE)
        return self.folder / name

    def model(self, name: str) -> str:
        return f"url:{self.provider.url}#{name}"

    def calls(self, name: str) -> list[Call]:
        """What the provider was asked by the run of that name."""
        return [call for call in self.provider.calls if call.model == name]

    def _dies(self, company: str, death: Death) -> bool:
        name = f"{company}-{death.how}-{death.number}"
        try:
            past = self.kill(name, company, death)
        except Survived:
            return False
        if past.events:
            self.resume(past)
        shutil.rmtree(self.folder / name)
        return True

    def look_at(self, name: str, company: str, run: Path) -> Past:
        """What a dead run has left."""
        events = read_events(run / FILE_NAME)
        lines = (run / FILE_NAME).read_bytes().splitlines(keepends=True)
        whole = b"".join(lines[: len(events)])
        return Past(name, company, run, whole, events, len(self.calls(name)))

    def _outcome(self, run: Path, name: str) -> Outcome:
        command = ["git", "rev-parse", "refs/heads/main^{tree}"]
        tree = subprocess.run(command, cwd=run / "product", capture_output=True, check=True).stdout
        asked = Counter(call.body["seed"] for call in self.calls(name))
        return Outcome(tree.decode().strip(), len(read_events(run / FILE_NAME)), asked)

    @contextmanager
    def _nursery(self) -> Iterator[Nursery]:
        nursery = self._nurseries.get()
        try:
            yield nursery
        finally:
            self._nurseries.put(nursery)


def sandbox_of(company: str) -> str:
    """The sandbox that a company works with here."""
    return "bubblewrap" if company == BY_HAND else "none"


def _key(event: Event) -> tuple[str, int]:
    return event.where, as_json(event.data)["ordinal"]


def _seed(event: Event) -> int:
    return int(as_json(event.data)["request"]["seed"])


def _check_journal(past: Past) -> None:
    """It goes on from what was there, without a gap; each effect was recorded once; it is free."""
    journal = past.run / FILE_NAME
    events = read_events(journal)
    assert journal.read_bytes().startswith(past.journal), past.name
    assert [event.seq for event in events] == list(range(len(events))), past.name
    recorded = Counter(_key(event) for event in events if event.kind == "effect.ended")
    assert set(recorded.values()) == {1}, past.name
    noted = [
        (event.where, event.data.text) for event in events if isinstance(event.data, LineNoted)
    ]
    assert len(noted) == len(set(noted)), past.name
    assert events[-1].kind == "run.ended", past.name
    assert not is_locked(journal), past.name
