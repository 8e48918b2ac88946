"""What was recorded, as rows: each once, in the run in which it was made, however many were forked from it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from company.lab.execution.folder import EXPORTED, LabFolder
from company.lab.report.results import results_frame
from company.lab.rows.calls import CALLS
from company.lab.rows.conversations import chat_lines
from company.lab.rows.edits import EDITS
from company.lab.rows.events import EVENTS
from company.lab.rows.export import CARD, TABLES, export_chats, export_tables
from company.lab.rows.messages import MESSAGES
from company.lab.rows.once import OF_EVERY_ROW, frame_of
from company.lab.rows.table import Table
from tests.support.command_line import in_process
from tests.support.houses import one_phase_company, only_journal, work, write_cards
from tests.support.labs import plan_of, task, work_on
from tests.support.scripted_company import PROGRAM, files_reply, script
from tests.support.scripted_provider import ScriptedProvider
from warehouse.journal.journal import FILE_NAME

CONDITIONS = {"pair": {"company": "pair"}, "solo": {"company": "solo"}}
WITHOUT_A_FILE = "Here is my plan."


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> LabFolder:
    """A tester or none, on two tasks: the program is written once for both, at the second attempt."""
    folder = LabFolder(tmp_path_factory.mktemp("study"))
    asyncio.run(make(folder))
    return folder


async def make(folder: LabFolder) -> None:
    rules = script(**{"Write the whole program": [WITHOUT_A_FILE]})
    again = {"replies": [files_reply(*PROGRAM)]}
    async with ScriptedProvider.from_script(rules | again) as provider:
        plan = await plan_of([task("tip"), task("bill")], CONDITIONS, provider)
        with folder.locked(plan):
            await work_on(plan, folder.runs, at_once=1)
        assert len(provider.calls) == 6


def made_and_held(study: LabFolder, table: Table, column: str) -> tuple[float, dict[str, float]]:
    """The sum of a column over all rows, and over those of each run's whole past."""
    frame = frame_of(study, table)
    of_runs = frame.explode("in_runs").group_by("in_runs").agg(pl.col(column).sum())
    return frame[column].sum(), dict(of_runs.iter_rows())


def test_what_runs_share_is_there_once_and_sums_are_what_was_paid_for(study: LabFolder) -> None:
    results = results_frame(study)
    calls, calls_of = made_and_held(study, CALLS, "answered")
    tokens, tokens_of = made_and_held(study, CALLS, "prompt_tokens")
    assert calls == results["paid_calls"].sum() == 6 < results["calls"].sum() == 10
    assert calls_of == dict(results.select("run", "calls").iter_rows())
    assert tokens_of == dict(results.select("run", "prompt_tokens").iter_rows())
    assert tokens < sum(tokens_of.values())
    _, words_of = made_and_held(study, MESSAGES, "words")
    assert words_of == dict(results.select("run", "words").iter_rows())


def test_a_row_says_who_made_it_where_and_which_runs_have_it_in_their_past(
    study: LabFolder,
) -> None:
    said = frame_of(study, MESSAGES).filter(task="tip")
    assert said.select("condition", "run", "runs", "phase", "speaker", "again").rows() == [
        ("pair", "pair--tip", 2, "coding", "programmer", False),
        ("pair", "pair--tip", 2, "coding", "programmer", True),
        ("pair", "pair--tip", 1, "test_writing", "software_tester", False),
    ]
    first = said.row(0, named=True)
    assert (first["text"], first["words"], first["turn"]) == (WITHOUT_A_FILE, 4, 1)
    assert first["in_runs"] == ["pair--tip", "solo--tip"]
    assert first["at"].year >= 2026


@pytest.mark.parametrize(
    ("done", "altered"),
    [
        ({"drop": "cto"}, "drop"),
        ({"corrupt": {"role": "cto", "share": 1.0}}, "corrupt"),
        ({"words": {"role": "cto", "most": 2}}, "words"),
        ({"words": {"role": "cto", "most": 4}}, None),
        ({"say": {"role": "cto", "text": "Be kind."}}, None),
    ],
)
async def test_a_message_says_what_was_done_to_it_on_its_way(
    tmp_path: Path, done: dict[str, Any], altered: str | None
) -> None:
    """Found: a dropped message was a row like any other, and a cut one was there as a whole."""
    talk = {"instructor": "cto", "assistant": "programmer", "turns": 2}
    yields = {"decision": {"notes": ["str"]}}
    one_phase_company(tmp_path / "cards", talk=talk, sees=["task"], yields=yields)
    card = {"title": "Tiny", "chain": "tiny", "interventions": [done]}
    write_cards(tmp_path / "cards", "companies", tiny=card)
    notes = '{"notes": ["one"]}'
    async with ScriptedProvider([notes, "Say what it shows.", notes]) as provider:
        await work(tmp_path, provider)
    said = [values for _, values in MESSAGES.read(only_journal(tmp_path))]
    assert [each["altered"] for each in said[:2]] == [None, altered]
    assert said[1]["text"] == "Say what it shows."


def test_each_file_of_each_commit_is_an_edit(study: LabFolder) -> None:
    edits = frame_of(study, EDITS).filter(task="tip")
    assert edits.select("speaker", "path", "status", "runs").rows() == [
        *[("programmer", path, "added", 2) for path in PROGRAM],
        ("software_tester", "test_main.py", "added", 1),
    ]
    assert edits["added"].min() > 0


def test_events_are_the_journals_with_nothing_twice(study: LabFolder) -> None:
    events = frame_of(study, EVENTS).filter(task="tip")
    lines = {
        name: [json.loads(line) for line in (study.run(name) / FILE_NAME).open("rb")]
        for name in ("pair--tip", "solo--tip")
    }
    whole = [json.loads(data) for data in events.filter(run="pair--tip")["data"]]
    assert whole == [line["data"] for line in lines["pair--tip"]]
    own = events.filter(run="solo--tip")
    fork = [line["kind"] for line in lines["solo--tip"]].index("run.forked")
    assert own["seq"].to_list() == [line["seq"] for line in lines["solo--tip"][fork:]]
    assert own["kind"][0] == "run.forked"


def test_a_talk_is_one_chat_that_holds_all_its_calls(study: LabFolder) -> None:
    chats = [json.loads(line) for line in chat_lines(study)]
    roles = [[message["role"] for message in chat["messages"]] for chat in chats]
    repaired = ["system", "user", "assistant", "user", "assistant"]
    assert roles == [repaired, ["system", "user", "assistant"]] * 2
    assert chats[0]["messages"][2]["content"] == WITHOUT_A_FILE
    assert chats[0]["messages"][4]["content"] == files_reply(*PROGRAM)
    about = chats[0]["metadata"]
    assert (about["run"], about["runs"], about["speaker"]) == ("pair--tip", "2", "programmer")
    assert {type(value) for value in about.values()} == {str}


def test_tables_are_exported_with_a_card_that_explains_every_column(
    study: LabFolder, tmp_path: Path
) -> None:
    written = export_tables(study, tmp_path)
    assert [path.name for path in written] == list(EXPORTED[:-1])
    card = (tmp_path / CARD).read_text()
    for table in TABLES:
        frame = pl.read_parquet(tmp_path / f"{table.name}.parquet")
        assert frame.equals(frame_of(study, table))
        assert f"## {table.name}.parquet\n\n{table.about} Rows: {frame.height}.\n" in card
        assert frame.columns == [each.name for each in (*OF_EVERY_ROW, *table.columns)]
        assert all(f"| `{name}` | " in card for name in frame.columns)
    assert "| `cost` | number | USD | " in card


def test_the_command_writes_into_the_folder_or_where_one_says(
    study: LabFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert in_process("experiment", "export", str(study.path)) == 0
    assert capsys.readouterr().out.split()[0] == str(study.path / "calls.parquet")
    to_jsonl = "experiment", "export", str(study.path), "--to", "jsonl", "-o"
    assert in_process(*to_jsonl, str(tmp_path / "away")) == 0
    assert len((tmp_path / "away" / EXPORTED[-1]).read_text().splitlines()) == 4
    (tmp_path / "file").touch()
    assert in_process(*to_jsonl, str(tmp_path / "file" / "below")) == 2
    assert "Name another folder with -o." in capsys.readouterr().err


async def test_runs_of_anybody_hide_no_other_and_break_no_table(tmp_path: Path) -> None:
    folder = LabFolder(tmp_path)
    async with ScriptedProvider([files_reply(*PROGRAM)]) as provider:
        tasks = [task(name) for name in ("broken", "odd", "well")]
        plan = await plan_of(tasks, {"solo": {"company": "solo"}}, provider)
        with folder.locked(plan):
            await work_on(plan, folder.runs)
    (folder.run("solo--broken") / FILE_NAME).write_bytes(b"no journal\n")
    odd = folder.run("solo--odd") / FILE_NAME
    text = odd.read_bytes().replace(b"Here it is", rb"\ud800 it is")
    lines = [
        b'{"seq":99999999999999999999,"at":"when","kind":"words","where":"","data":{"text":7}}\n'
    ]
    odd.write_bytes(text + b"".join(lines))
    for table in TABLES:
        assert set(frame_of(folder, table)["run"]) == {"solo--odd", "solo--well"}
    assert frame_of(folder, MESSAGES).filter(run="solo--odd")["text"][0].startswith("? it is")
    (path,) = export_chats(folder, tmp_path / "data")
    assert len(path.read_bytes().splitlines()) == 2
