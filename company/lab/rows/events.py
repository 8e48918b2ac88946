"""Journals as rows: every event as it was recorded."""

from collections.abc import Iterator, Sequence

from company.lab.rows.table import TEXT, Column, Table, Values
from warehouse.events import Effect, EffectFailed
from warehouse.journal.journal import Event


def read(events: Sequence[Event]) -> Iterator[tuple[Event, Values]]:
    """All of them, also those that this softhouse cannot read."""
    for event in events:
        data = event.data
        effect = data.effect if isinstance(data, Effect | EffectFailed) else None
        recorded = event.recorded_data().decode("utf-8", "replace")
        yield event, {"kind": event.kind, "effect": effect, "data": recorded}


EVENTS = Table(
    "events",
    "An event of a journal, as it was recorded.",
    (
        Column("kind", TEXT, "What happened, as `step.started`; `softhouse schema journal` lists all kinds."),
        Column("effect", TEXT, "Of an effect its kind, as `completion` or `commit`."),
        Column("data", TEXT, "What is recorded of it, as JSON."),
    ),
    read,
)  # fmt: skip
