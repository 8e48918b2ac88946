"""Tasks that are questions to databases: asked by a company that can, and judged by the rows that come."""

from pathlib import Path

import pytest
import yaml

from company.errors import ConfigurationError
from company.lab.evaluation.answers import check_answer
from company.lab.metrics.measure import measure
from company.lab.tasks.reading import read_tasks
from tests.support import databases
from tests.support.hands import call
from tests.support.journals import AT
from tests.support.labs import plan_of, work_on
from tests.support.scripted_provider import ScriptedProvider
from warehouse.journal.journal import FILE_NAME, Event, read_events

QUESTION = {
    "id": "cities",
    "prompt": "How many people live in each city?",
    "databases": {"shop": "shop.db"},
    "answer": {"rows": [["Linz", 1], ["Graz", 2.0]]},
}
BY_CITY = "SELECT count(*), city FROM customers GROUP BY city"


def written(folder: Path, **changed: object) -> Path:
    """The file of the task, with other values for some keys."""
    path = folder / "task.yaml"
    path.write_text(yaml.safe_dump({**QUESTION, **changed}))
    return path


async def test_an_answer_is_right_where_its_last_query_brings_the_expected_rows(
    tmp_path: Path,
) -> None:
    databases.sqlite_shop(tmp_path / "shop.db")
    tasks = read_tasks(written(tmp_path))
    replies = [f"```sql\n{BY_CITY}\n```", "Two and one."]
    replies += [call("query", sql="SELECT city FROM customers"), "Two and one."]
    async with ScriptedProvider(replies) as provider:
        plan = await plan_of(tasks, {"usual": {}, "stepwise": {"company": "ask"}}, provider)
        await work_on(plan, tmp_path / "runs", at_once=1)
    assert [job.spec.cards.company.name for job in plan.jobs] == ["ask_once", "ask"]
    journals = [read_events(tmp_path / "runs" / job.id / FILE_NAME) for job in plan.jobs]
    right, wrong = (measure(each, {}) for each in journals)
    assert (right["answered"], right["completed"], right["checks_passed"]) == (1, 1, 1)
    assert (wrong["answered"], wrong["completed"]) == (0, 0)
    assert "other columns" in str(journals[1][-1].data)
    # What is expected is told to nobody.
    assert "2.0" not in str([each.body for each in provider.calls])


@pytest.mark.parametrize(
    ("rows", "cut", "fault"),
    [
        ([], "", ""),
        ([["Linz"]], "", "other number of rows"),
        ([], "only the first 0 rows are here", "only the first 0 rows are here"),
    ],
)
async def test_no_rows_may_be_the_answer_unless_some_were_left_out(
    tmp_path: Path, rows: list[list[str]], cut: str, fault: str
) -> None:
    (tmp_path / "shop.db").touch()
    (task,) = read_tasks(written(tmp_path, answer={"rows": []}))
    brought = {"columns": ["city"], "rows": rows, "cut": cut}
    result = {"text": "", "ok": True, "seconds": 0.1, "rows": brought}
    data = {"effect": "tool", "ordinal": 0, "digest": "d", "result": result}
    (outcome,) = await check_answer([Event.of(1, AT, "effect.ended", "1.a", data)], task)
    assert (outcome.passed, outcome.reason) == (not fault, fault)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"databases": {"shop": "none.db"}}, "there is no database 'none.db'"),
        ({"databases": {"shop": "../shop.db"}}, "is no path of a file or folder beside"),
        ({"databases": {"shop": "postgresql://x/y"}}, "is no path of a file or folder beside"),
        ({"databases": {"shop": "link.db"}}, "does not lie beside the task's file"),
        ({"databases": {"shop": "task.yaml"}}, "what kind of database"),
        ({"databases": {"The Shop": "shop.db"}}, "small letters"),
        ({"databases": {}}, "`answer` is about `databases`"),
        ({"answer": {"rows": [[1], [1, 2]]}}, "different numbers of columns"),
        ({"answer": {"in_order": True}}, "either `rows` or a `query`"),
        ({"answer": {"rows": [], "query": "SELECT 1"}}, "either `rows` or a `query`"),
        (
            {"answer": {"query": "SELECT 1"}, "databases": {"a": "shop.db", "b": "shop.db"}},
            "is for one database, and several are named",
        ),
    ],
)
def test_databases_lie_beside_their_task_and_answers_are_rows(
    tmp_path: Path, changed: dict[str, object], complaint: str
) -> None:
    folder = tmp_path / "tasks"
    folder.mkdir()
    for place in (tmp_path, folder):
        (place / "shop.db").touch()
    (folder / "link.db").symlink_to(tmp_path / "shop.db")
    with pytest.raises(ConfigurationError) as caught:
        read_tasks(written(folder, **changed))
    assert complaint in str(caught.value) and "task.yaml:" in str(caught.value)
