"""The company `data`: figures come by queries, are checked, and end in a report that is written again from its rows."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import duckdb
import pytest

from company.cli.main import call as softhouse
from company.engine.resources import open_resources
from company.engine.run import Run
from tests.support import databases
from tests.support.command_line import model_at
from tests.support.hands import call
from tests.support.houses import prompts, work, write_cards
from tests.support.mortal import KILLED, Death, Nursery
from tests.support.scripted_company import fields_reply
from tests.support.scripted_provider import Call, ScriptedProvider
from warehouse.events import RunEnded, ToolEnded, ToolStarted
from warehouse.history.answer import answer_in
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.runs.folders import PRODUCT

BY_CITY = "SELECT city, count(*) AS people FROM customers GROUP BY city ORDER BY city"
IN_ALL = "SELECT count(*) AS people, max(text) AS note FROM customers, notes"
QUESTION = "In which of our 2 cities do most people live?"
SENTENCES = (
    "Most people live in {1.1.city}: {1.1.people} of {2.1.people}.\n\n- Nobody is left <b>out</b>."
)
NEEDED = ("company", "warehouse", "phases", "roles", "openai", "aiohttp", "pydantic", "sqlglot")
MOST_LIVES = 200
CHART = call("chart", query=1, kind="bar", x="city", y="people", title="People\x1b <by> city")
REPLIES = {
    "No query brought the figure": SENTENCES,
    "chart 1 bar": "Most people live in Graz: 7, of 2 cities.",
    "query SELECT count(*) AS people": "They live somewhere.",
    "query SELECT count(*) FROM customers": fields_reply(approved=True, comments=[]),
    "query SELECT city": "Graz leads.",
    "Plan how it is answered": fields_reply(tables=["customers"], columns=["customers.town"]),
    "query SELECT min": "The first is 1.",
    "Two ways to the answer": call("query", sql="SELECT min(id) FROM customers"),
    "Decided:": call("query", sql=BY_CITY),
    "Write the one query": call("query", sql=IN_ALL),
    "The ways to the answer": call("query", sql="SELECT count(*) FROM customers"),
    "Draw a chart first": CHART,
}


def reply(asked: Call) -> str:
    """What is said to a role, by what it was told last: a call that was cut off is answered alike."""
    return next(words for told, words in REPLIES.items() if told in asked.user)


def queries_in(folder: Path) -> list[int]:
    """Where the journal of a run holds what a query came to: after so many events."""
    events = enumerate(read_events(folder / FILE_NAME), 1)
    return [
        number
        for number, event in events
        if isinstance(event.data, ToolEnded) and event.data.result.rows is not None
    ]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, list[list[str]]]:
    """One analysis that is looked at from all sides, and what was said in it; its database is gone since."""
    folder = tmp_path_factory.mktemp("data")
    shop = databases.sqlite_shop(folder / "shop.db")

    async def analyse() -> tuple[Run, list[list[str]]]:
        async with ScriptedProvider([reply]) as provider:
            run = await work(folder, provider, "data", task=QUESTION, databases={"shop": shop})
            return run, prompts(provider)

    made = asyncio.run(analyse())
    (folder / "shop.db").unlink()
    return made


async def test_every_figure_of_the_report_is_taken_from_a_row(asked: Any) -> None:
    run, told = asked
    assert (run.summary.exit_code, run.summary.verdict) == (0, "answered: 4 queries")
    files = {path: data.decode(errors="replace") for path, data in run.product.files().items()}
    assert (
        "Most people live in [Graz](#query-1): [2](#query-1) of [3](#query-2)."
        in files["report.md"]
    )
    assert "Asked by the Reporter of shop." in files["report.md"] and IN_ALL in files["report.md"]
    assert '<a href="#query-2" title="query 2">3</a>' in files["report.html"]
    assert (
        files["charts/1.svg"].startswith("<svg")
        and 'src="data:image/svg+xml' in files["report.html"]
    )
    # A figure that was typed was sent back, and what rows and roles say is text and nothing else.
    assert "No query brought the figure 7" in told[-1][-1] and "figure 2" not in told[-1][-1]
    for written in (files["report.md"], files["report.html"]):
        assert "&lt;b&gt;out" in written or "&lt;b>out" in written
        assert "<b>" not in written and "\x1b" not in written
    assert "People" in files["charts/1.svg"] and "\x1b" not in files["charts/1.svg"]
    # The answer is the query of its first figure, and not the one that checked it.
    answer = answer_in(read_events(run.folder / FILE_NAME))
    assert (answer.sql, answer.words.splitlines()[0]) == (
        BY_CITY,
        "Most people live in Graz: 2 of 3.",
    )
    assert "Graz ████" in told[10][-1] and told[8][-1].startswith("query SELECT count")
    # Who answers a second time sees neither the plan nor the first answer.
    assert "customers.town" in told[1][-1]
    assert not any("customers.town" in said or "Graz leads" in said for said in told[3][1:])


async def test_what_two_ways_come_to_alike_is_not_checked_again(tmp_path: Path) -> None:
    other_way = "SELECT min(id) AS first, count(id) AS n FROM customers"
    replies = [
        fields_reply(tables=["customers"], columns=["customers.id"]),
        call("query", sql="SELECT count(*) AS people FROM customers"),
        "Three.",
        call("query", sql=other_way),
        "Three.",
        "There are 3 of them.",
    ]
    async with ScriptedProvider(replies) as provider:
        shop = databases.sqlite_shop(tmp_path / "shop.db")
        run = await work(
            tmp_path, provider, "data", task="How many people are there?", databases={"shop": shop}
        )
        told = prompts(provider)
    assert "The same as query 1 came to, which somebody else wrote." in told[-1][-1]
    assert (run.summary.exit_code, run.summary.verdict) == (0, "answered: 2 queries")
    # A figure that was typed and stands in a row is told as that.
    assert b"There are [3](#query-1) of them" in run.product.files()["report.md"]


def test_the_report_is_written_again_from_the_stored_rows_alone(asked: Any, tmp_path: Path) -> None:
    run, _ = asked
    stored = run.product.files()
    # Neither a value of a column nor a pattern that names other files.
    place = tmp_path / "city=Wien" / "a '[1]*"
    shutil.copytree(run.folder / PRODUCT, place)
    assert duckdb.execute(
        "SELECT * FROM read_parquet(?)", [str(run.folder / PRODUCT / "rows/1.parquet")]
    ).fetchall() == [("Graz", 2), ("Linz", 1)]
    shutil.rmtree(place / "charts")
    for path in ("report.md", "report.html"):
        (place / path).unlink()
    environment = {**os.environ, "PYTHONPATH": ""}
    subprocess.run([sys.executable, "report.py"], cwd=place, check=True, env=environment)
    for path in ("report.md", "report.html", "charts/1.svg"):
        assert (place / path).read_bytes() == stored[path], path


async def test_what_the_check_did_not_approve_is_not_answered_and_says_so_in_the_report(
    tmp_path: Path,
) -> None:
    steps = ["analysis", "second_way", "conclusion"]
    write_cards(tmp_path / "cards", "chains", tiny={"steps": steps})
    write_cards(tmp_path / "cards", "companies", tiny={"title": "Tiny", "chain": "tiny"})
    unapproved = fields_reply(approved=False, comments=["[Three](javascript:x) more are left out."])
    replies = [
        call("query", sql="-- nothing"),
        call("query", sql="EXPLAIN SELECT 1"),
        call("query", sql="SELECT sum(id < 3), sum(id < 4), 'inf' AS share FROM customers"),
        "Two.",
        call("query", sql="SELECT count(*) FROM customers"),
        unapproved,
        call("chart", query=1, kind="bar", x="sum(id < 3)", y="share", title="Shares"),
        "There are {1.1.sum(id < 3)} & {1.1.sum(id < 4)}.",
    ]
    async with ScriptedProvider(replies) as provider:
        shop = databases.sqlite_shop(tmp_path / "shop.db")
        run = await work(tmp_path, provider, task="How many?", databases={"shop": shop})
        told = prompts(provider)
    # Nothing that brings no rows is an answer, and what cannot be drawn is refused with nothing kept.
    assert "incomplete input" in told[1][-1]
    assert 'near "EXPLAIN"' in told[2][-1] and "holds more than numbers" in told[-1][-1]
    assert run.summary.exit_code == 1
    assert run.summary.verdict == "not answered: the check did not approve it"
    files = {path: data.decode(errors="replace") for path, data in run.product.files().items()}
    assert "charts/1.svg" not in files
    assert "There are [2](#query-1) & [3](#query-1)." in files["report.md"]
    assert "did not approve:\n\n- \\[Three\\](javascript\\:x) more" in files["report.md"]
    assert "<li>[Three](javascript:x) more are left out.</li>" in files["report.html"]
    assert "did not approve:\n[Three]" in told[-2][-1]


async def test_it_is_there_again_without_the_database(
    asked: Any,
) -> None:
    run, _ = asked
    async with open_resources("none") as resources:
        rehearsal = await Run.recorded(run.folder, resources).rehearse()
    assert rehearsal.unasked == [] and rehearsal.ending and rehearsal.ending.exit_code == 0


@pytest.mark.slow  # it lives some fifty times, asks a database and draws a chart
def test_an_analysis_that_is_killed_after_every_write_asks_nothing_again_that_is_recorded(
    asked: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    databases.sqlite_shop(tmp_path / "shop.db")
    run, told = asked
    with ScriptedProvider([reply]).in_thread() as serving, Nursery() as nursery:
        # The fixture has imported all that a run needs.
        nursery.learn(*(name for name in sys.modules if name.partition(".")[0] in NEEDED))
        asking = ["shop.db", QUESTION, "--company", "data", "--model", model_at(serving)]
        assert nursery.command("ask", *asking, cwd=tmp_path, death=Death("record", 1)) == KILLED
        (folder,) = (tmp_path / "products").iterdir()
        # A life writes that it goes on, and one record: of what is begun then, the next one writes it again and its end.
        for further in islice(cycle((2, 3)), MOST_LIVES):
            if nursery.resume(folder, Death("record", further)) == 0:
                break
            if queries_in(folder):
                # Whoever asked again would find that nobody lives in Graz any more.
                with closing(sqlite3.connect("shop.db")) as shop, shop:
                    shop.execute("UPDATE customers SET city = 'Wien'")
        # A call that was begun and killed had not gone out yet.
        assert len(serving.calls) == len(told)
    events = read_events(folder / FILE_NAME)
    assert isinstance(events[-1].data, RunEnded) and events[-1].data.exit_code == 0
    ended = set[tuple[str, int]]()
    for event in events:
        if isinstance(event.data, ToolStarted | ToolEnded):
            assert (event.where, event.data.ordinal) not in ended, "it was asked again"
        if isinstance(event.data, ToolEnded):
            ended.add((event.where, event.data.ordinal))
    for path in ("report.md", "report.html", "charts/1.svg", "rows/1.parquet"):
        assert (folder / PRODUCT / path).read_bytes() == run.product.files()[path], path

    # A question that follows makes a report of its own, without what an older query brought.
    further = {
        "Decided:": call("query", sql=f"{BY_CITY} LIMIT 1"),
        "Draw a chart first": "Now {1.1.city} leads: {1.1.people}.",
    }
    monkeypatch.setattr(sys.modules[__name__], "REPLIES", {**REPLIES, **further})
    with ScriptedProvider([reply]).in_thread() as serving:
        going_on = ["continue", "last", "And now?", "--model", model_at(serving)]
        assert softhouse(going_on) == 0, capsys.readouterr().err
    # Who answered asks the same database, where nobody says otherwise, and the answer is told.
    assert "\n\nNow Wien leads: 3.\n\nProduct" in capsys.readouterr().out
    report = (folder / PRODUCT / "report.md").read_text()
    assert "Now [Wien](#query-1) leads: [3](#query-1)." in report and "charts/" not in report
    assert not (folder / PRODUCT / "charts/1.svg").exists()
    figure = next(n for n, line in enumerate(report.split("\n"), 1) if "leads" in line)
    capsys.readouterr()
    assert softhouse(["why", "last", f"report.md:{figure}"]) == 0
    assert "ORDER BY city LIMIT 1" in capsys.readouterr().out


def test_why_of_a_figure_names_the_query_and_who_asked_it(
    asked: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    run, _ = asked
    lines = run.product.files()["report.md"].decode().split("\n")
    figure = next(number for number, line in enumerate(lines, 1) if "Most people" in line)
    row = next(number for number, line in enumerate(lines, 1) if line.startswith("| 3 |"))
    assert softhouse(["why", str(run.folder), f"report.md:{figure}"]) == 0
    told = capsys.readouterr().out
    assert "Data Analyst uses query SELECT city" in told
    assert "Reporter uses query SELECT count(*) AS people, max" in told
    assert softhouse(["why", str(run.folder), f"report.md:{row}"]) == 0
    assert "Reporter uses query SELECT count(*) AS people, max" in capsys.readouterr().out
    # Replay shows the chart in blocks, where there is neither database nor picture.
    assert softhouse(["replay", str(run.folder), "--speed", "1000"]) == 0
    assert "Graz ████" in capsys.readouterr().out
