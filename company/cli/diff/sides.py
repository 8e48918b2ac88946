"""The two runs that a person wants to see side by side: in words, as lines for programs, and as JSON."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from company.cli.opened import OpenedRun, open_run, open_version
from company.cli.output import say
from company.cli.price import price
from warehouse.errors import RunNotFound
from warehouse.history.compare.compare import Comparison, Side, compare, side_of
from warehouse.history.compare.facts import Row
from warehouse.history.compare.files import FileRow
from warehouse.history.compare.spec_facts import models_of, spec_in
from warehouse.history.format.comparison import Part, Wording, shared_past
from warehouse.journal.versions import versions_in
from warehouse.terminal_text import safe_text

FACTS = "order", "cards", "decisions", "verdicts", "checks", "outcome"


@dataclass(frozen=True)
class RunPair:
    """Two opened runs."""

    a: OpenedRun
    b: OpenedRun

    @classmethod
    def open(cls, a: str, b: str | None, products: Path | None) -> "RunPair":
        """Open both, without `b` the last two versions of a run.

        Raises RunNotFound, or JournalError where nothing can be read.
        """
        if b is None:
            latest = len(versions_in(open_run(a, products).events))
            if latest < 2:
                raise RunNotFound(
                    f"{a} has one version only: name two runs, or two versions as RUN@1."
                )
            a, b = f"{a}@{latest - 1}", f"{a}@{latest}"
        return cls(open_version(a, products), open_version(b, products))

    @cached_property
    def comparison(self) -> Comparison:
        return compare(_side(self.a), _side(self.b))

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


def _side(run: OpenedRun) -> Side:
    return side_of(run.row, run.events, run.version.head if run.version else None)


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


def print_lines(pair: RunPair, *, everything: bool, patch: bool) -> None:
    """Write the part, the name, and what either run has; last of a part, how much is the same."""
    for letter, run in pair.runs:
        _print("run", letter, run.name, run.row.status)
    _print("shared", pair.shared)
    for part in pair.parts:
        word = part.title.lower()
        for line in part.lines if everything else part.differing:
            _print(word, line.name, line.a, line.b)
        if part.same and not everything:
            _print(word, f"{part.same:,} the same")
    if patch:
        for patched in patch_lines(pair.comparison.files):
            say(patched)


def _print(*fields: str) -> None:
    flat = (safe_text(field.replace("\n", " / "), keep_newlines=False) for field in fields)
    say("\t".join(flat))


def as_record(pair: RunPair, *, everything: bool, patch: bool) -> dict[str, Any]:
    """What differs, or everything, and how much is the same; patches if they are asked for."""
    comparison = pair.comparison
    facts: dict[str, tuple[Row, ...]] = {name: getattr(comparison, name) for name in FACTS}
    same = {name: sum(not row.differs for row in rows) for name, rows in facts.items()}
    same["files"] = sum(row.state == "same" for row in comparison.files)
    return {
        **{letter.lower(): _run(run) for letter, run in pair.runs},
        "shared": asdict(comparison.shared),
        **{name: _rows(rows, everything) for name, rows in facts.items()},
        "files": [
            _file(row, patch=patch) for row in comparison.files if everything or row.state != "same"
        ],
        "same": same,
    }


def _run(run: OpenedRun) -> dict[str, str]:
    row = run.row
    return {"run": run.name, "status": row.status, "problem": row.problem}


def _rows(rows: tuple[Row, ...], everything: bool) -> list[dict[str, Any]]:
    return [{**asdict(row), "differs": row.differs} for row in rows if everything or row.differs]


def _file(row: FileRow, *, patch: bool) -> dict[str, Any]:
    record = {"path": row.path, "state": row.state, "added": row.added, "removed": row.removed}
    if patch and row.state != "same":
        record["patch"] = row.patch()
    return record
