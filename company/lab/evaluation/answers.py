"""Whether a question to databases was answered as its task expects: execution accuracy, run by run."""

from collections.abc import Iterable

from company.lab.tasks.task_card import TaskCard
from warehouse.data.same_rows import difference_of_rows
from warehouse.events import CheckOutcome
from warehouse.history.answer import answer_in
from warehouse.journal.journal import Event

NAME = "the expected rows"
ANSWER = "answer"
"""The kind of such an outcome."""


def check_answer(events: Iterable[Event], task: TaskCard) -> list[CheckOutcome]:
    """How the rows of a run's answer compare; nothing where the task expects no answer."""
    expected = task.answer
    if expected is None:
        return []
    rows = answer_in(events).rows
    if rows is None:
        fault = "no query was run"
    else:
        # Of an answer that was cut, nobody knows the rest.
        fault = rows.cut or difference_of_rows(rows.rows, expected.rows, in_order=expected.in_order)
    return [CheckOutcome(NAME, not fault, fault, kind=ANSWER)]
