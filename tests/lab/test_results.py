"""The results frame: one row a run, of journals and products from anywhere."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from company.lab.execution.folder import MEASURED, LabFolder
from company.lab.metrics.catalogue import Values
from company.lab.metrics.measure import measure
from company.lab.report import measurements
from company.lab.report.results import results_frame
from tests.support.histories import plain_git
from tests.support.labs import plan_of, task, work_on
from tests.support.scripted_provider import ScriptedProvider
from warehouse.journal.journal import FILE_NAME, Event
from warehouse.runs.folders import PRODUCT

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


def lines(folder: LabFolder, monkeypatch: pytest.MonkeyPatch) -> tuple[list[float], int]:
    """The lines of every product, by a frame that is made now, and how many runs were measured for it."""
    measured: list[int] = []

    def spying(events: Sequence[Event], files: Mapping[str, bytes]) -> Values:
        measured.append(1)
        return measure(events, files)

    monkeypatch.setattr(measurements, "measure", spying)
    frame = results_frame(folder)
    return frame["lines"].to_list(), len(measured)


async def test_a_run_is_measured_anew_only_where_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = LabFolder(tmp_path)
    await made(folder, "one", "two")
    before = results_frame(folder)
    assert results_frame(folder).equals(before)
    assert lines(folder, monkeypatch) == ([1, 1], 0)
    with (folder.run("solo--one") / FILE_NAME).open("ab") as journal:
        journal.write(b'{"seq":99,"at":"","kind":"note","where":"","data":{"text":"well"}}\n')
    assert lines(folder, monkeypatch) == ([1, 1], 1)
    product = folder.run("solo--two") / PRODUCT
    (product / "more.py").write_text("x = 1\ny = 2\n")
    plain_git(product, "add", "more.py")
    plain_git(product, "commit", "-q", "-m", "more")
    assert lines(folder, monkeypatch) == ([1, 3], 1)
    assert lines(folder, monkeypatch) == ([1, 3], 0)


async def test_figures_that_came_with_a_folder_are_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = LabFolder(tmp_path / "study")
    await made(folder, "one")
    assert lines(folder, monkeypatch) == ([1], 1)
    kept = folder.path / MEASURED
    true = kept.read_text()
    others = "[]", '{"runs": {"x": {"values": {"lines": "\\ud800"}}}}', "[" * 100_000
    for forged in (true.replace('"lines":1', '"lines":9'), *others):
        assert forged != true
        kept.write_text(forged)
        assert lines(folder, monkeypatch) == ([1], 1)
    monkeypatch.setenv("SOFTHOUSE_STATE", str(tmp_path / "of somebody else"))
    assert lines(folder, monkeypatch) == ([1], 1)
