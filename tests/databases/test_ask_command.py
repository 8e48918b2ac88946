"""`softhouse ask`: the query, its rows and a sentence, as people, programs and spreadsheets read them."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from company.cli.main import call as softhouse
from company.company import company_for
from tests.support import databases
from tests.support.command_line import model_at
from tests.support.hands import call
from tests.support.scripted_provider import ScriptedProvider
from warehouse.runs.folders import find_run

BY_CITY = "SELECT city, count(*) AS people\nFROM customers GROUP BY city ORDER BY city"
SENTENCE = "Two people live in Graz and one in Linz."
QUESTION = "How many people live in each city?"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A folder of CSV files, and the folder one stands in."""
    monkeypatch.chdir(tmp_path)
    databases.csv_shop(tmp_path / "shop")
    return "shop"


def test_one_query_in_a_block_is_enough_and_a_wrong_one_is_repaired_once(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    replies = ["```sql\nSELECT town FROM customers\n```", f"So:\n```sql\n{BY_CITY}\n```"]
    # What was called before is shown once more, which is no call.
    replies += [f"{SENTENCE}\n```sql\n{BY_CITY}\n```"]
    with ScriptedProvider(replies).in_thread() as serving:
        code = softhouse(["ask", shop, QUESTION, "--model", model_at(serving)])
        asked = [each.body["messages"] for each in serving.calls]
    out, err = capsys.readouterr()

    assert code == 0, err
    table = "city | people\n-----+-------\nGraz |      2\nLinz |      1\n(2 rows)"
    assert out.startswith(f"{BY_CITY}\n\n{table}\n\n{SENTENCE}")
    assert "3 calls" in err and "softhouse show" in err
    first = asked[0][-1]["content"]
    assert "CREATE TABLE customers (" in first and "```sql\n…\n```" in first
    assert "town" in asked[1][-1]["content"] and "(2 rows)" in asked[2][-1]["content"]


def test_a_question_that_follows_is_answered_by_who_answered_before(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    replies = [f"```sql\n{BY_CITY}\n```", SENTENCE]
    replies += ["```sql\nSELECT max(total) FROM orders\n```", "The largest came to 100."]
    with ScriptedProvider(replies).in_thread() as serving:
        assert softhouse(["ask", shop, QUESTION, "--model", model_at(serving)]) == 0
        capsys.readouterr()
        code = softhouse(["continue", "last", "And the largest order?"])
        asked = serving.calls[-1].body["messages"][-1]["content"]
    out, err = capsys.readouterr()
    assert code == 0 and "ask_once works on version 2" in err, err
    assert "100" in asked and "\n\nThe largest came to 100.\n\nVerdict" in out


def test_programs_and_spreadsheets_read_it_too_and_the_run_is_one_like_others(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    replies = [call("tables"), call("query", sql=BY_CITY), SENTENCE] * 2
    with ScriptedProvider(replies).in_thread() as serving:
        asking = [shop, QUESTION, "--company", "ask", "--model", model_at(serving)]
        assert softhouse(["ask", *asking, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert softhouse(["ask", *asking, "--csv"]) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))

    assert rows == [["city", "people"], ["Graz", "2"], ["Linz", "1"]]
    assert (told["sql"], told["columns"]) == (BY_CITY, ["city", "people"])
    assert told["rows"] == [["Graz", 2], ["Linz", 1]] and told["answer"] == SENTENCE
    assert (told["database"], told["exit_code"], told["cut"]) == ("shop", 0, "")
    assert find_run(told["run"], Path("products")).is_dir()
    for command in (["show", told["run"]], ["replay", told["run"], "--check"]):
        assert softhouse(command) == 0
    assert "query" in capsys.readouterr().out


def test_words_without_a_query_are_no_answer(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    with ScriptedProvider(["42"] * 3).in_thread() as serving:
        assert softhouse(["ask", shop, QUESTION, "--model", model_at(serving)]) == 1
    assert "Not answered: no query was run." in capsys.readouterr().err


def test_what_is_no_database_is_said_before_anything_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert softhouse(["ask", "oracle://me:hidden@host/x", QUESTION, "--model", "lmstudio:m"]) == 2
    told = capsys.readouterr().err
    assert "There is no such kind of database" in told and "hidden" not in told
    assert softhouse(["ask", "sale.csv", QUESTION, "--model", "lmstudio:m"]) == 2
    assert f"There is no file and no folder {tmp_path}/sale.csv." in capsys.readouterr().err
    assert not (tmp_path / "products").exists()


def test_models_that_call_tools_ask_step_by_step_and_others_at_once() -> None:
    assert company_for("openai:gpt-5.4-mini", asks=True) == "ask"
    assert company_for("local:qwen2.5-coder-1.5b", asks=True) == "ask_once"
