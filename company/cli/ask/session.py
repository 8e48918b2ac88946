"""A question at a terminal: nothing but the answer is written where answers are read."""

import csv
import sys
from collections.abc import Iterable
from textwrap import indent
from typing import Literal

from company.cli.opened import called
from company.cli.output import say, say_json, write
from company.cli.run.handover import spent
from company.cli.run.session import Session
from company.cli.views.view import View
from company.engine.run import Run
from warehouse.data.row_text import row_text
from warehouse.events import Note, ToolStarted
from warehouse.history.answer import Answer, answer_in
from warehouse.journal.journal import FILE_NAME, Event, read_events
from warehouse.runs.folders import PRODUCT
from warehouse.terminal_text import safe_text

Form = Literal["text", "csv", "json"]
MOST_ROWS = 100
MOST_CHARACTERS = 20_000
LONGEST_QUERY = 100


class Queries(View):
    """Tells a person who waits which queries are made, and what they should know."""

    speaks = False

    def on_event(self, event: Event) -> None:
        match event.data:
            case ToolStarted(request=request) if "sql" in request.arguments and sys.stderr.isatty():
                line = " ".join(str(request.arguments["sql"]).split())
                say(f"… {line[:LONGEST_QUERY]}", err=True)
            case Note(text=text):
                say(text, err=True)


class AskSession(Session):
    """Ends with the answer."""

    def __init__(self, form: Form, allowed: Iterable[str]) -> None:
        super().__init__(plain=True, as_json=form == "json", allowed=allowed, view=Queries())
        self._form = form

    def _tell(self, run: Run) -> None:
        answer = answer_in(read_events(run.folder / FILE_NAME))
        match self._form:
            case "csv":
                _write_csv(answer)
            case "json":
                _write_json(answer, run)
            case "text":
                _write_text(answer, run)


def _write_text(answer: Answer, run: Run) -> None:
    if answer.rows is not None:
        say(answer.sql)
        say()
        say(row_text(answer.rows, most_rows=MOST_ROWS, most_characters=MOST_CHARACTERS))
        say()
    if answer.words:
        say(answer.words)
    for place, lines in answer.sources.items():
        say()
        say(f"[{place}]")
        say(indent(lines, "  "))
    if answer.rows is None and not answer.sources:
        say("Not answered: no query was run.", err=True)
    report = run.folder / PRODUCT / "report.html"
    if report.is_file():
        say(f"The report: {report}", err=True)
    used = spent(run.summary, run.spec.models.values())
    say(f"{used}; softhouse show {called(run.folder)} tells how", err=True)


def _write_json(answer: Answer, run: Run) -> None:
    rows = answer.rows
    say_json(
        {
            "question": run.spec.task.text,
            "answer": answer.words,
            "database": answer.database or next(iter(run.spec.databases), ""),
            "sql": answer.sql,
            "columns": rows.columns if rows else None,
            "rows": rows.rows if rows else None,
            "cut": rows.cut if rows else "",
            "sources": [{"place": each, "lines": said} for each, said in answer.sources.items()],
            "run": run.folder.name,
            "exit_code": run.summary.exit_code,
        }
    )


def _write_csv(answer: Answer) -> None:
    if answer.rows is None:
        say("Not answered: no query was run.", err=True)
        return
    is_terminal = sys.stdout.isatty()
    out = csv.writer(_Stdout(), lineterminator="\n")
    for row in (answer.rows.columns, *answer.rows.rows):
        cells = ("" if cell is None else cell for cell in row)
        out.writerow([safe_text(str(cell)) for cell in cells] if is_terminal else list(cells))
    if answer.rows.cut:
        say(f"softhouse: {answer.rows.cut}", err=True)


class _Stdout:
    """Standard output, for what writes pieces of text."""

    def write(self, text: str) -> None:
        write(text, sys.stdout)
