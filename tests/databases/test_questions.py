"""The forty questions by which companies that ask databases are measured."""

import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.question_set import MAKERS, made_in, questions, wanted
from benchmarks.questions import Asked, ask_all, every_kth, outcome, told
from company.cards.company_card import RunLimits
from tests.support.hands import call
from tests.support.scripted_provider import ScriptedProvider
from warehouse.data.same_rows import same_rows
from warehouse.events import Rows
from warehouse.history.answer import Answer


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return made_in(tmp_path_factory.mktemp("made"))


def test_each_has_one_answer_whatever_order_the_database_reads_its_rows_in(
    databases: dict[str, Path],
) -> None:
    for name in MAKERS:
        with closing(sqlite3.connect(databases[name])) as database:
            asked = [each for each in questions() if each.database == name]
            rows = {each.id: wanted(database, each) for each in asked}
            database.execute("PRAGMA reverse_unordered_selects = ON")
            for each in asked:
                assert rows[each.id] and None not in rows[each.id][0], each.id
                assert same_rows(wanted(database, each), rows[each.id], in_order=each.in_order), (
                    each.id
                )
                assert rows[each.id] != [(0,)], each.id


def test_there_are_forty_over_three_schemas_of_which_one_has_sixty_tables(
    databases: dict[str, Path], tmp_path: Path
) -> None:
    asked = questions()
    assert (
        len(asked)
        == len({each.id for each in asked})
        == len({each.question for each in asked})
        == 40
    )
    assert Counter(each.database for each in asked).keys() == MAKERS.keys()
    with closing(sqlite3.connect(databases["company"])) as database:
        assert database.execute(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
        ).fetchone() == (60,)
    # Who is asked for names is told so: an id would be as good otherwise.
    naming = [each for each in asked if re.search(r"name|title|label", each.sql.split("FROM")[0])]
    assert all(re.search("name|title|label|Which|which", each.question) for each in naming)
    # The same rows are made everywhere and always.
    (tmp_path / "again").mkdir()
    again = made_in(tmp_path / "again")
    for name, path in databases.items():
        with closing(sqlite3.connect(path)) as one, closing(sqlite3.connect(again[name])) as other:
            assert list(one.iterdump()) == list(other.iterdump())


async def test_companies_are_asked_each_question_once_and_judged_by_what_their_query_brings(
    tmp_path: Path,
) -> None:
    chosen = every_kth(questions(), 2)
    assert [each.database for each in chosen] == ["shop", "hospital"]
    right, wrong = chosen[0].sql, "SELECT 42"
    # Two companies are asked the first question, then both the second.
    replies = [call("query", sql=right), "So.", f"```sql\n{right}\n```", "So."]
    replies += ["It is 42."] * 3 + [f"```sql\n{wrong}\n```", "So."]
    async with ScriptedProvider(replies) as provider:
        model, out = f"url:{provider.url}#scripted", tmp_path / "out.jsonl"
        asking = (["ask", "ask_once"], model, chosen, RunLimits(seconds=60), out)
        results = await ask_all(*asking)
        calls = len(provider.calls)
        assert await ask_all(*asking) == results and len(provider.calls) == calls
    assert [(each.company, each.outcome) for each in results] == [
        ("ask", "right"), ("ask_once", "right"), ("ask", "no query"), ("ask_once", "other columns"),
    ]  # fmt: skip
    figures = told("ask_once", results)
    assert "execution accuracy 0.50 (1 of 2; 95 % from 0.09 to 0.91)" in figures
    assert "2.0 calls" in figures and figures.endswith("failures: 1 other columns")
    assert all(each.tokens and isinstance(each, Asked) for each in results)


@pytest.mark.parametrize(
    ("rows", "came_to"),
    [
        ([("b", 2), ("a", 1)], "other order"),
        ([("a", 1), ("b", 3)], "other values"),
        ([("a", 1)], "other number of rows"),
        ([], "no rows"),
    ],
)
def test_a_wrong_answer_is_told_apart_from_others(
    rows: list[tuple[str, int]], came_to: str
) -> None:
    answer = Answer("SELECT 1", "", Rows(("name", "n"), tuple(rows)))
    assert outcome(answer, [("a", 1), ("b", 2)], in_order=True) == came_to
