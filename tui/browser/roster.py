"""All runs of the browser, sorted, filtered, grouped and summed up into the lines of its table."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tui.browser.columns import BY_KEY, COLUMNS, count, status_rank
from tui.browser.run_row import RunRow, run_row
from warehouse.history.format.figures import counted, money
from warehouse.history.usage import NOTHING_USED, Usage
from warehouse.history.watch import Look

GROUPINGS: dict[str, Callable[[RunRow], str]] = {
    "experiment": lambda run: run.experiment,
    "company": lambda run: run.company,
    "model": lambda run: run.model,
    "task": lambda run: " ".join(run.task.split())[:300],
}
"""By what runs can be grouped, in the order in which one follows the other."""
DEMOS = "Recorded runs to look at"
"""The head of the runs that came with softhouse."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What some runs come to together."""

    statuses: Counter[str]
    """How many runs have each status."""
    usage: Usage

    @classmethod
    def of(cls, runs: Sequence[RunRow]) -> "Sums":
        """The sums of these runs."""
        statuses = Counter(run.status for run in runs)
        return cls(statuses, sum((run.usage for run in runs), NOTHING_USED))

    @property
    def runs(self) -> int:
        return self.statuses.total()

    @property
    def used(self) -> list[str]:
        """Tokens and money, in words."""
        return [f"{count(self.usage.tokens)} tokens", *money(self.usage)]

    @property
    def in_words(self) -> str:
        """All of it on one line, for the head of a group."""
        verified = f"{self.statuses['verified']:,} of {self.runs:,} verified"
        return " · ".join((counted(self.runs, "run"), verified, *self.used))

    def by_status(self) -> list[tuple[str, int]]:
        """How many runs have each status, in the order in which statuses sort."""
        return sorted(self.statuses.items(), key=lambda each: (status_rank(each[0]), each[0]))


@dataclass(frozen=True, slots=True)
class GroupHead:
    """The line above the runs of a group."""

    key: str
    title: str
    sums: Sums
    is_folded: bool
    about_demos: bool = False


RosterLine = GroupHead | RunRow


class Roster:
    """Which runs are shown, in what order. Whoever changes it looks at `lines` again."""

    def __init__(self) -> None:
        self.sorted_by = "started"
        self.descends = True
        self.grouped_by = ""
        """Empty, or one of GROUPINGS."""
        self.marked: dict[str, RunRow] = {}
        """The marked runs by their keys, in the order in which they were marked."""
        self._words: tuple[str, ...] = ()
        self._folded: set[str] = set()
        self._runs: dict[str, RunRow] = {}
        self._lines: list[RosterLine] | None = None
        self._places: dict[str, int] = {}

    @property
    def runs(self) -> list[RunRow]:
        """All runs of the products folder, in no order."""
        return [run for run in self._runs.values() if not run.is_demo]

    @property
    def words(self) -> str:
        """What is looked for; empty where all is shown."""
        return " ".join(self._words)

    @property
    def lines(self) -> list[RosterLine]:
        """The lines of the table, from the top."""
        if self._lines is None:
            self._lines = list(self._make_lines())
            self._places = {line.key: place for place, line in enumerate(self._lines)}
        return self._lines

    @property
    def shown(self) -> int:
        """How many runs match what is looked for, those of folded groups and demos among them."""
        return len(self._matching())

    def place_of(self, key: str) -> int | None:
        """The number of a line, counted from 0; None where it is not shown."""
        assert self.lines is not None
        return self._places.get(key)

    def take(self, looks: Iterable[Look]) -> None:
        """Take in what was seen of runs."""
        for look in looks:
            key = str(look.folder)
            if look.row is None:
                self._runs.pop(key, None)
                self.marked.pop(key, None)
            else:
                self._runs[key] = run = run_row(look, look.row)
                if key in self.marked:
                    self.marked[key] = run
        self._lines = None

    def look_for(self, words: str) -> None:
        """Show only the runs that have all these words, or parts of words, somewhere."""
        self._words = tuple(words.casefold().split())
        self._lines = None

    def sort_by(self, key: str) -> None:
        """Sort by a column; by the same one again, the other way round."""
        if key == self.sorted_by:
            self.reverse()
            return
        self.sorted_by, self.descends = key, BY_KEY[key].descends
        self._lines = None

    def sort_by_next(self) -> None:
        """Sort by the column after the present one."""
        keys = [column.key for column in COLUMNS]
        self.sort_by(keys[(keys.index(self.sorted_by) + 1) % len(keys)])

    def reverse(self) -> None:
        """Sort the other way round."""
        self.descends = not self.descends
        self._lines = None

    def group_by_next(self) -> None:
        """Group by the next of the groupings, or after the last one not at all."""
        ways = ["", *GROUPINGS]
        self.grouped_by = ways[(ways.index(self.grouped_by) + 1) % len(ways)]
        self._folded.clear()
        self._lines = None

    def fold(self, key: str, folded: bool | None = None) -> None:
        """Fold or unfold the group of a head; without a wish, the other of the two."""
        folds = key not in self._folded if folded is None else folded
        (self._folded.add if folds else self._folded.discard)(key)
        self._lines = None

    def group_of(self, line: RosterLine) -> str | None:
        """The key of the head that a line belongs to; None where it is in no group."""
        if isinstance(line, GroupHead):
            return line.key
        if line.is_demo:
            return DEMOS
        return f"group {GROUPINGS[self.grouped_by](line)}" if self.grouped_by else None

    def mark(self, run: RunRow) -> None:
        """Mark a run, or take its mark away."""
        if self.marked.pop(run.key, None) is None:
            self.marked[run.key] = run

    def _matching(self) -> list[RunRow]:
        runs = self._runs.values()
        return [run for run in runs if all(word in run.searched for word in self._words)]

    def _make_lines(self) -> Iterator[RosterLine]:
        newest_first = sorted(self._matching(), key=lambda run: (-run.started, run.key))
        sort_key = BY_KEY[self.sorted_by].sort_key
        runs = sorted(newest_first, key=sort_key, reverse=self.descends)
        own = [run for run in runs if not run.is_demo]
        demos = [run for run in runs if run.is_demo]
        if self.grouped_by:
            yield from self._groups(own)
        else:
            yield from own
        if demos:
            yield from self._group(DEMOS, DEMOS, demos)

    def _groups(self, runs: list[RunRow]) -> Iterator[RosterLine]:
        """The groups in the order of the first run of each."""
        title_of = GROUPINGS[self.grouped_by]
        groups: dict[str, list[RunRow]] = {}
        for run in runs:
            groups.setdefault(title_of(run), []).append(run)
        for title, members in groups.items():
            named = title or f"no {self.grouped_by}"
            yield from self._group(f"group {title}", named, members)

    def _group(self, key: str, title: str, runs: list[RunRow]) -> Iterator[RosterLine]:
        folded = key in self._folded
        yield GroupHead(key, title, Sums.of(runs), folded, about_demos=key == DEMOS)
        if not folded:
            yield from runs
