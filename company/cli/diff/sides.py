"""The two runs that a person wants to see side by side, in words and line by line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from company.cli.opened import OpenedRun, open_run
from company.cli.price import price
from warehouse.history.compare.compare import Comparison, compare, side_of
from warehouse.history.compare.files import FileRow
from warehouse.history.compare.spec_facts import models_of, spec_in
from warehouse.history.format.comparison import Part, Wording, shared_past
from warehouse.terminal_text import safe_text


@dataclass(frozen=True)
class RunPair:
    """Two opened runs."""

    a: OpenedRun
    b: OpenedRun

    @classmethod
    def open(cls, a: str, b: str, products: Path | None) -> "RunPair":
        """Open both. Raises RunNotFound, or JournalError where nothing can be read."""
        return cls(open_run(a, products), open_run(b, products))

    @cached_property
    def comparison(self) -> Comparison:
        return compare(side_of(self.a.row, self.a.events), side_of(self.b.row, self.b.events))

    @property
    def runs(self) -> tuple[tuple[str, OpenedRun], tuple[str, OpenedRun]]:
        """Both, with the letters they are called by."""
        return ("A", self.a), ("B", self.b)

    @property
    def shared(self) -> str:
        """How far both have the same past, in words."""
        return shared_past(self.comparison, (len(self.a.events), len(self.b.events)))

    @property
    def parts(self) -> list[Part]:
        """Everything there is to compare, in words."""
        return Wording((cost_of(self.a), cost_of(self.b)), "--json").parts_of(self.comparison)


def cost_of(run: OpenedRun) -> str:
    """What a run cost in money, in words."""
    summary = run.row.summary
    if summary is None:
        return "–"
    models = models_of(spec_in(run.events))
    return price(summary.usage, models)


def patch_lines(files: Iterable[FileRow]) -> Iterator[str]:
    """Safe lines of the unified diffs of all files that are not the same."""
    for row in files:
        if row.state != "same":
            for line in row.patch().rstrip("\n").split("\n"):
                yield _one_line(line)


def _one_line(line: str) -> str:
    """Nothing in a line may begin another one: that could forge a part of the patch."""
    return safe_text(line.replace("\r", "␍")).replace("\n", "␤")
