"""Whether a question to databases was answered as its task expects: execution accuracy, run by run.

Where a task has a query for its answer, as the entries of Spider and BIRD do, both are run on the database as it lies
there. That is Spider's execution match (`exec_eval.py`) without its test suite, which runs both on several databases
more, so that fewer wrong queries bring the right rows by chance; and BIRD's EX, but that the order of rows counts where
the expected query has ORDER BY, and that a row which comes twice is not the same as once. What else differs is told in
`warehouse/data/same_rows.py`.
"""

from collections.abc import Iterable, Sequence

from company.lab.tasks.database import Expected
from company.lab.tasks.task_card import TaskCard
from warehouse.data.address import Address
from warehouse.data.rows import QueryLimits, Refused
from warehouse.data.same_rows import Row, difference_of_rows
from warehouse.data.source import USUAL, DataSource
from warehouse.events import CheckOutcome
from warehouse.events.checks import UNJUDGED
from warehouse.history.answer import answer_in
from warehouse.journal.journal import Event

NAME = "the expected rows"
ANSWER = "answer"
"""The kind of such an outcome."""


async def check_answer(
    events: Iterable[Event], task: TaskCard, limits: QueryLimits = USUAL
) -> list[CheckOutcome]:
    """How the rows of a run's answer compare; nothing where the task expects no answer. Where the query that
    should bring the rows does not, within the limits, no answer can be judged."""
    expected = task.answer
    if expected is None:
        return []
    rows = answer_in(events).rows
    try:
        wanted = await _wanted(expected, task, limits)
    except Refused as refused:
        fault = f"the expected query brings no rows to compare with: {refused}"
        return [CheckOutcome(NAME, reason=fault, kind=UNJUDGED)]
    if rows is None:
        fault = "no query was run"
    else:
        # Of an answer that was cut, nobody knows the rest.
        fault = rows.cut or difference_of_rows(rows.rows, wanted, in_order=expected.in_order)
    return [CheckOutcome(NAME, not fault, fault, kind=ANSWER)]


async def _wanted(expected: Expected, task: TaskCard, limits: QueryLimits) -> Sequence[Row]:
    """The rows that are expected. Raises Refused where not all of them are to be had."""
    if expected.query is None:
        return expected.rows or ()
    ((name, place),) = task.databases.items()
    source = DataSource(name, Address.parse(place))
    try:
        found = await source.query(expected.query, limits)
    finally:
        await source.close()
    if found.cut:
        raise Refused(found.cut)
    return found.rows
