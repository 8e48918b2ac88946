"""The answer of a run that asked databases: a query with its rows, and what was said of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from warehouse.data.citations import cited
from warehouse.data.report import FIGURE
from warehouse.events import (
    DeliverableAccepted,
    Passage,
    Rows,
    ToolEnded,
    ToolStarted,
    VersionStarted,
)
from warehouse.journal.journal import Event


@dataclass(frozen=True)
class Answer:
    """What a question came to; without rows where no query was run."""

    sql: str = ""
    database: str = ""
    rows: Rows | None = None
    words: str = ""
    sources: dict[str, str] = field(default_factory=dict)
    """The lines of documents that the words cite, by their citations."""


def answer_in(events: Iterable[Event]) -> Answer:
    """The answer that a journal holds; of an analysis, with the query of the first figure in its report."""
    asked, queries, number, words = dict[str, object](), list[Answer](), 0, ""
    passages = list[Passage]()
    for event in events:
        match event.data:
            case VersionStarted():
                queries, number, words, passages = [], 0, "", []
            case ToolStarted(request=request):
                asked = request.arguments
                if request.tool == "analysis" and (figure := FIGURE.search(str(asked["text"]))):
                    number = int(figure[1])
            case ToolEnded(result=result) if result.rows is not None:
                sql, database = str(asked.get("sql", "")), str(asked.get("database") or "")
                queries.append(Answer(sql.strip(), database, result.rows))
            case ToolEnded(result=result):
                passages += result.passages
            case DeliverableAccepted(kind="report" | "analysis", text=str(text)):
                words = text
    found = queries[number - 1] if number <= len(queries) and queries else Answer()
    return replace(found, words=words.strip(), sources=cited(words, passages))
