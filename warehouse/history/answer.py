"""The answer of a run that asked databases: its last query with the rows, and what was said of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from warehouse.events import DeliverableAccepted, Rows, ToolEnded, ToolStarted
from warehouse.journal.journal import Event


@dataclass(frozen=True)
class Answer:
    """What a question came to; without rows where no query was run."""

    sql: str = ""
    database: str = ""
    rows: Rows | None = None
    words: str = ""


def answer_in(events: Iterable[Event]) -> Answer:
    """The answer that a journal holds."""
    asked, rows = dict[str, object](), None
    sql = database = words = ""
    for event in events:
        match event.data:
            case ToolStarted(request=request):
                asked = request.arguments
            case ToolEnded(result=result) if result.rows is not None:
                sql, database = str(asked.get("sql", "")), str(asked.get("database") or "")
                rows = result.rows
            case DeliverableAccepted(kind="report" | "analysis", text=str(text)):
                words = text
    return Answer(sql.strip(), database, rows, words.strip())
