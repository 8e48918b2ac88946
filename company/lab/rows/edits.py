"""What was changed, as rows: the files of every commit."""

from collections.abc import Iterator, Sequence

from company.lab.rows.table import NUMBER, TEXT, Column, Table, Values
from warehouse.events import CommitEnded, CommitStarted
from warehouse.journal.journal import Event


def read(events: Sequence[Event]) -> Iterator[tuple[Event, Values]]:
    """Every file of every commit, those of the house itself and of the customer's program included."""
    begun: dict[tuple[str, int], CommitStarted] = {}
    for event in events:
        match event.data:
            case CommitStarted() as asked:
                begun[event.where, asked.ordinal] = asked
            case CommitEnded(result=commit) as ended:
                asked_for = begun.pop((event.where, ended.ordinal), None)
                about = _about(asked_for) | {"commit": commit.sha}
                for file in commit.files:
                    change = {"path": file.path, "status": file.status}
                    yield event, about | change | {"added": file.added, "removed": file.removed}


def _about(asked: CommitStarted | None) -> Values:
    if asked is None:
        return {}
    subject, *_ = (asked.request.message or "").splitlines() or [""]
    return {
        "speaker": asked.speaker or None,
        "author": asked.request.author,
        "subject": subject or None,
    }


EDITS = Table(
    "edits",
    "A file that a commit changed.",
    (
        Column("speaker", TEXT, "The role whose work it is; null for the house itself and the customer."),
        Column("author", TEXT, "The author as git names it: the role's title."),
        Column("commit", TEXT, "The commit's id in the run's product, where the lines themselves are."),
        Column("subject", TEXT, "The first line of the commit's message."),
        Column("path", TEXT, "The file."),
        Column("status", TEXT, "`added`, `changed` or `deleted`."),
        Column("added", NUMBER, "Lines added.", "lines"),
        Column("removed", NUMBER, "Lines removed.", "lines"),
    ),
    read,
)  # fmt: skip
