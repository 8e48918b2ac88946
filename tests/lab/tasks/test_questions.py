"""Folders like those of Spider and BIRD are read as they come: their questions are tasks, judged by their queries."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from company.errors import ConfigurationError
from company.lab.evaluation.answers import check_answer
from company.lab.execution.job_status import JobStatus
from company.lab.metrics.measure import measure
from company.lab.tasks.questions import orders_rows
from company.lab.tasks.reading import read_tasks
from tests.support import databases
from tests.support.journals import AT
from tests.support.labs import plan_of, work_on
from tests.support.scripted_provider import ScriptedProvider
from warehouse.data.rows import QueryLimits
from warehouse.events import CheckOutcome, ProductEvaluated
from warehouse.journal.journal import FILE_NAME, Event, read_events

BY_CITY = "SELECT city, count(*) FROM customers GROUP BY city"
SPIDER = {
    "db_id": "Shop_1",
    "query": f"{BY_CITY} ORDER BY count(*) DESC",
    "query_toks": ["SECRET"],
    "query_toks_no_value": ["SECRET"],
    "question": "How many customers live in each city? The largest first.",
    "question_toks": ["How"],
    "sql": {"select": [False, [[3, [0, [0, 0, None], None]]]], "note": "SECRET"},
}
BIRD = {
    "question_id": 1471,
    "db_id": "Shop_1",
    "question": "How many customers live in each city?",
    "evidence": "live in = `city`",
    "SQL": BY_CITY,
    "difficulty": "simple",
}


def laid_out(folder: Path, entries: list[dict[str, Any]], around: str = "database") -> Path:
    """A folder as such a set is unpacked: what describes its tables lies beside its questions."""
    home = folder / around / "Shop_1"
    home.mkdir(parents=True)
    databases.sqlite_shop(home / "Shop_1.sqlite")
    (folder / "dev.json").write_text(json.dumps(entries))
    (folder / "tables.json").write_text('[{"db_id": "Shop_1", "table_names": ["SECRET"]}]')
    return folder


def told(path: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_tasks(path)
    return str(caught.value)


def test_a_folder_of_spider_is_the_questions_of_its_dev_file(tmp_path: Path) -> None:
    laid_out(tmp_path, [SPIDER, {**SPIDER, "question": "Which cities?"}])
    first, second = read_tasks(tmp_path)
    assert [first.id, second.id] == ["Shop_1-0", "Shop_1-1"]
    assert (first.prompt, first.category) == (SPIDER["question"], "Shop_1")
    assert first.databases == {"shop_1": str(tmp_path / "database/Shop_1/Shop_1.sqlite")}
    assert first.answer and first.answer.query == SPIDER["query"] and first.answer.in_order
    assert "SECRET" not in first.model_dump_json()
    # The questions to train by are had by naming their file.
    (tmp_path / "dev.json").rename(tmp_path / "train_spider.json")
    assert read_tasks(tmp_path / "train_spider.json") == [first, second]


def test_a_question_of_bird_comes_with_what_one_has_to_know(tmp_path: Path) -> None:
    laid_out(tmp_path, [BIRD], "dev_databases")
    (described := tmp_path / "dev_databases/Shop_1/database_description").mkdir()
    (described / "customers.csv").write_text("original_column_name,column_name\nSECRET,SECRET\n")
    (task,) = read_tasks(tmp_path)
    assert (task.id, task.category) == ("Shop_1-1471", "simple")
    assert task.prompt == f"{BIRD['question']}\n\nEvidence: live in = `city`"
    assert task.answer and task.answer.query == BY_CITY and not task.answer.in_order
    assert "SECRET" not in task.model_dump_json()


@pytest.mark.parametrize(
    ("sql", "says_so"),
    [
        ("SELECT a FROM t ORDER  BY a LIMIT 3", True),
        ("SELECT a FROM t UNION SELECT b FROM u order\nby 1", True),
        ("SELECT a FROM (SELECT a FROM t ORDER BY a LIMIT 1)", False),
        ("SELECT row_number() OVER (ORDER BY a) FROM t", False),
        ("SELECT 'in (ORDER BY', `order by` FROM t -- ORDER BY a", False),
        ("SELECT ')' FROM t WHERE a = 'it''s (' ORDER BY a", True),
        ("SELECT a FROM t /* ( */ ORDER BY a", True),
        ("SELECT [order by] FROM t", False),
        ("SELECT a FROM t /* ORDER BY a *", False),
    ],
)
def test_the_order_of_rows_counts_where_the_query_itself_says_order_by(
    sql: str, says_so: bool
) -> None:
    assert orders_rows(sql) is says_so


async def test_an_answer_is_judged_by_the_rows_of_the_query_that_is_right(tmp_path: Path) -> None:
    laid_out(tmp_path, [SPIDER, {**SPIDER, "query": BY_CITY}])
    tasks = read_tasks(tmp_path)
    backwards = "SELECT count(*), city FROM customers GROUP BY city ORDER BY 1"
    replies = [f"```sql\n{backwards}\n```", "Two and one."] * 2
    async with ScriptedProvider(replies) as provider:
        plan = await plan_of(tasks, {"once": {}}, provider)
        await work_on(plan, tmp_path / "runs", at_once=1)
    journals = [read_events(tmp_path / "runs" / job.id / FILE_NAME) for job in plan.jobs]
    assert [measure(each, {})["answered"] for each in journals] == [0, 1]
    assert "other order" in str(journals[0][-1].data)
    # The query that is right is told to nobody.
    assert SPIDER["query"] not in str([each.body for each in provider.calls])


RESULT = {"text": "", "ok": True, "seconds": 0.1, "rows": {"columns": ["a"], "rows": [[1]]}}
ENDED = {"effect": "tool", "ordinal": 0, "digest": "d", "result": RESULT}
ASKED = [Event.of(1, AT, "effect.ended", "1.a", ENDED)]
"""The journal of a run that made one query."""
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i), 1 FROM n"


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SELECT 1 FROM nowhere", "no such table"),
        ("DELETE FROM customers RETURNING id, name", "not authorized"),
        ("SELECT id, text FROM big", "only the first 1,000 rows"),
        (ENDLESS, "stopped after"),
    ],
)
async def test_where_the_query_that_should_be_right_brings_no_rows_no_answer_is_judged(
    tmp_path: Path, sql: str, why: str
) -> None:
    laid_out(tmp_path, [{**BIRD, "SQL": sql}], "dev_databases")
    (task,) = read_tasks(tmp_path)
    (outcome,) = await check_answer(ASKED, task, QueryLimits(seconds=0.2))
    assert (outcome.kind, outcome.passed) == ("unjudged", False) and why in outcome.reason
    # It counts neither as right nor as wrong.
    evaluation = ProductEvaluated(acceptance=(outcome,))
    assert JobStatus("evaluated", evaluation=evaluation).works is None
    for passed, works in ((True, None), (False, False)):
        beside = ProductEvaluated(acceptance=(CheckOutcome("it runs", passed), outcome))
        assert JobStatus("evaluated", evaluation=beside).works is works
    evaluated = Event.of(2, AT, "examination", "examination", msgspec.to_builtins(evaluation))
    measures = measure([*ASKED, evaluated], {})
    assert [measures[each] for each in ("answered", "completed", "checks_passed")] == [None] * 3


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"db_id": "../secrets"}, "is no path of a file or folder beside the task's file"),
        ({"db_id": "/etc/passwd"}, "there is no database"),
        ({"db_id": "nowhere"}, "there is no database 'database/nowhere/nowhere.sqlite'"),
        ({"db_id": "linked"}, "does not lie beside the task's file"),
        ({"db_id": 5}, "there is no database 'database/5/5.sqlite'"),
        ({"question": ["a"]}, "'prompt' must be"),
        ({"query": None}, "an answer has either"),
    ],
)
def test_nothing_outside_of_a_set_is_reached_and_what_is_wrong_with_it_is_told(
    tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    folder = laid_out(tmp_path / "set", [{**SPIDER, **changed}])
    databases.sqlite_shop(tmp_path / "secrets.sqlite")
    (folder / "database/linked").mkdir()
    (folder / "database/linked/linked.sqlite").symlink_to(tmp_path / "secrets.sqlite")
    complaint = told(folder)
    assert said in complaint and "dev.json" in complaint and "\n" not in complaint
