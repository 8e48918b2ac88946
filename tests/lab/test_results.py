"""The results frame: one row a run, of journals and products from anywhere."""

import json
from pathlib import Path

from company.lab.execution.folder import LabFolder
from company.lab.report.results import results_frame
from tests.support.labs import plan_of, task, work_on
from tests.support.scripted_provider import ScriptedProvider
from warehouse.journal.journal import FILE_NAME

SOLO = {"solo": {"company": "solo"}}
MAIN = "### main.py\n```python\nprint('tip', 60)\n```\n"


async def made(folder: LabFolder, *names: str) -> None:
    async with ScriptedProvider([MAIN]) as provider:
        plan = await plan_of([task(name) for name in names], SOLO, provider)
        with folder.locked(plan):
            await work_on(plan, folder.runs)


async def test_every_run_that_was_begun_has_a_row(tmp_path: Path) -> None:
    folder = LabFolder(tmp_path)
    await made(folder, "one", "two")
    frame = results_frame(folder)
    assert frame["task"].to_list() == ["one", "two"]
    assert frame["status"].to_list() == ["unverified", "unverified"]
    assert frame["calls"].to_list() == [1, 1]


async def test_a_run_that_cannot_be_read_is_broken_and_hides_no_other(tmp_path: Path) -> None:
    folder = LabFolder(tmp_path)
    await made(folder, "one", "two")
    (folder.run("solo--one") / FILE_NAME).write_bytes(b'{"seq": 0}\n')
    frame = results_frame(folder)
    assert frame["status"].to_list() == ["broken", "unverified"]
    assert frame["tokens"].to_list()[0] is None


async def test_a_run_that_diverged_has_not_failed_by_its_company(tmp_path: Path) -> None:
    folder = LabFolder(tmp_path)
    await made(folder, "one")
    path = folder.run("solo--one") / FILE_NAME
    *most, ended, _ = path.read_bytes().splitlines(keepends=True)
    event = json.loads(ended)
    event["data"] = {"status": "failed", "exit_code": 2, "reason": "The run diverged"}
    path.write_bytes(b"".join([*most, json.dumps(event).encode(), b"\n"]))
    assert results_frame(folder)["status"].to_list() == ["stopped"]


async def test_half_a_character_in_a_journal_does_not_break_the_table(tmp_path: Path) -> None:
    folder = LabFolder(tmp_path)
    await made(folder, "one")
    path = folder.run("solo--one") / FILE_NAME
    first, *rest = path.read_bytes().splitlines(keepends=True)
    event = json.loads(first)
    event["data"]["chain"] = "so\ud800lo"
    path.write_bytes(json.dumps(event).encode() + b"\n" + b"".join(rest))
    assert results_frame(folder)["chain"].to_list() == ["so?lo"]


async def test_a_job_that_was_not_begun_has_no_row(tmp_path: Path) -> None:
    folder = LabFolder(tmp_path)
    async with ScriptedProvider([MAIN]) as provider:
        with folder.locked(await plan_of([task()], SOLO, provider)):
            pass
    assert len(results_frame(folder)) == 0
