"""The folder of a batch: its plan is written down, and one process at a time works in it."""

import json
from pathlib import Path

import pytest

from company.errors import ConfigurationError
from company.lab.folder import LabFolder
from tests.support.labs import plan_of, task
from tests.support.scripted_provider import ScriptedProvider

SOLO = {"solo": {"company": "solo"}}


@pytest.fixture
async def provider() -> ScriptedProvider:
    """Never started: plans only name its model."""
    quiet = ScriptedProvider(["nothing"])
    quiet.url = "http://127.0.0.1:9/v1"
    return quiet


async def test_the_plan_can_be_read_again(tmp_path: Path, provider: ScriptedProvider) -> None:
    plan = await plan_of([task(), task("clock", "A clock")], SOLO, provider)
    folder = LabFolder(tmp_path / "batch")
    with folder.kept(plan):
        written = folder.plan()
    assert [job["id"] for job in written["jobs"]] == ["solo--tip", "solo--clock"]
    assert written["jobs"][1]["prompt"] == "A clock"
    assert written["conditions"]["solo"]["company"] == "solo"


async def test_two_processes_cannot_work_in_one_folder(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    plan = await plan_of([task()], SOLO, provider)
    with (
        LabFolder(tmp_path).kept(plan),
        pytest.raises(ConfigurationError, match="Another process"),
        LabFolder(tmp_path).kept(plan),
    ):
        pass


async def test_a_plan_that_grows_keeps_what_was_made(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    folder = LabFolder(tmp_path)
    with folder.kept(await plan_of([task()], SOLO, provider)):
        pass
    with folder.kept(await plan_of([task("clock", "A clock")], SOLO, provider)):
        assert [job["id"] for job in folder.plan()["jobs"]] == ["solo--tip", "solo--clock"]


async def test_a_run_that_was_begun_with_other_words_is_not_mixed_up(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    folder = LabFolder(tmp_path)
    with folder.kept(await plan_of([task()], SOLO, provider)):
        folder.run("solo--tip").mkdir()
    other = await plan_of([task(prompt="Something else")], SOLO, provider)
    with pytest.raises(ConfigurationError, match="begun with another prompt"), folder.kept(other):
        pass


async def test_a_draft_that_a_killed_process_left_is_no_obstacle(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    (tmp_path / ".plan.json.draft").write_bytes(b"{")
    folder = LabFolder(tmp_path)
    with folder.kept(await plan_of([task()], SOLO, provider)):
        assert folder.plan()["name"] == "test"


@pytest.mark.parametrize("content", [None, b"{", b"[]", b'{"jobs": 3}', b"\xff"])
def test_a_folder_without_a_plan_says_so(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "plan.json").write_bytes(content)
    with pytest.raises(ConfigurationError):
        LabFolder(tmp_path).plan()


async def test_two_jobs_with_one_name_are_refused(provider: ScriptedProvider) -> None:
    with pytest.raises(ConfigurationError, match="rename a task"):
        await plan_of([task(), task(prompt="Another tip calculator")], SOLO, provider)


async def test_text_of_any_kind_survives_in_the_plan(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    words = "A „clock“ <script> \u202e in bidi"
    with (folder := LabFolder(tmp_path)).kept(await plan_of([task(prompt=words)], SOLO, provider)):
        assert json.loads((tmp_path / "plan.json").read_text())["jobs"][0]["prompt"] == words
        assert folder.plan()["jobs"][0]["prompt"] == words
