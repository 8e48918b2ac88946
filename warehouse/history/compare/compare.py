"""Two runs side by side: what they were given, how far they share their past, what came of each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import SofthouseError
from warehouse.events import CompletionEnded, StepEnded
from warehouse.history.compare.facts import (
    Facts,
    Row,
    check_facts,
    decision_facts,
    outcome_facts,
    paired,
    verdict_facts,
)
from warehouse.history.compare.files import FileRow, Version, file_rows, files_in
from warehouse.history.compare.spec_facts import card_rows, spec_rows
from warehouse.history.entries import Entry
from warehouse.history.record import RunRecord
from warehouse.history.summary import RunSummary
from warehouse.history.transcript import transcript
from warehouse.journal.journal import Event
from warehouse.product.product import Product
from warehouse.runs.products import product_folder


@dataclass(frozen=True)
class Side:
    """All that is known of one of the two runs."""

    events: Sequence[Event]
    status: str
    """`running`, `unfinished`, `broken`, or how it ended."""
    summary: RunSummary | None = None
    """None where the journal lacks what belongs into it."""
    product: Mapping[str, bytes] | None = None
    """The files of the product; None where it is gone, and the journal must tell."""


@dataclass(frozen=True, slots=True)
class SharedPast:
    """The events with which both journals begin, as those of a fork and its parent do."""

    events: int
    step: str
    """Path of the last step that was ended in the shared past; empty where there is none."""
    calls: int
    """Model calls in the shared past, which were paid for once."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything about two runs that can be held side by side."""

    shared: SharedPast
    order: tuple[Row, ...]
    cards: tuple[Row, ...]
    decisions: tuple[Row, ...]
    verdicts: tuple[Row, ...]
    checks: tuple[Row, ...]
    files: tuple[FileRow, ...]
    outcome: tuple[Row, ...]


def compare(a: Side, b: Side) -> Comparison:
    """Hold two runs side by side. Never raises for what is in their journals."""
    transcripts = transcript(a.events), transcript(b.events)

    def rows(facts: Callable[[Iterable[Entry]], Facts]) -> tuple[Row, ...]:
        return paired(*map(facts, transcripts))

    return Comparison(
        shared=shared_past(a.events, b.events),
        order=spec_rows(a.events, b.events),
        cards=card_rows(a.events, b.events),
        decisions=rows(decision_facts),
        verdicts=rows(verdict_facts),
        checks=rows(check_facts),
        files=file_rows(_versions(a), _versions(b)),
        outcome=paired(outcome_facts(a.status, a.summary), outcome_facts(b.status, b.summary)),
    )


def shared_past(a: Iterable[Event], b: Iterable[Event]) -> SharedPast:
    """How far two journals are the same from their beginning."""
    events, step, calls = 0, "", 0
    for first, second in zip(a, b, strict=False):
        if not _same(first, second):
            break
        events += 1
        match first.data:
            case StepEnded():
                step = first.where
            case CompletionEnded():
                calls += 1
    return SharedPast(events, step, calls)


def _same(a: Event, b: Event) -> bool:
    try:
        return a == b
    except RecursionError:
        # Nested deeper than can be compared: nothing that this program wrote.
        return False


def _versions(side: Side) -> Mapping[str, Version]:
    if side.product is None:
        return files_in(side.events)
    return {path: Version.of(content) for path, content in side.product.items()}


def side_of(row: RunRecord, events: Sequence[Event], sha: str | None = None) -> Side:
    """All that is known of a run, its product's files included where they are still there: those of the
    commit `sha`, by default of the last one."""
    return Side(events, row.status, row.summary, _files_of(row.folder, sha))


def _files_of(folder: Path, sha: str | None) -> Mapping[str, bytes] | None:
    try:
        return Product.open(product_folder(folder)).files(sha)
    except (SofthouseError, ValueError):
        return None
