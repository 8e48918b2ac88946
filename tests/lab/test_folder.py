"""The folder of a batch: its plan is written down, and one process at a time works in it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from company.cards.company_card import RunLimits
from company.errors import ConfigurationError
from company.lab.design.plan import Plan
from company.lab.execution.folder import LabFolder
from company.lab.tasks.task_card import TaskCard
from tests.support.houses import write_cards
from tests.support.labs import plan_of, task
from tests.support.scripted_provider import ScriptedProvider

SOLO = {"solo": {"company": "solo"}}


@pytest.fixture
async def provider() -> ScriptedProvider:
    """Never started: plans only name its model."""
    quiet = ScriptedProvider(["nothing"])
    quiet.url = "http://127.0.0.1:9/v1"
    return quiet


def test_it_says_where_it_is() -> None:
    assert repr(LabFolder(Path("experiments/study"))) == "LabFolder('experiments/study')"


async def test_the_plan_can_be_read_again(tmp_path: Path, provider: ScriptedProvider) -> None:
    plan = await plan_of([task(), task("clock", "A clock")], SOLO, provider)
    folder = LabFolder(tmp_path / "batch")
    with folder.locked(plan):
        written = folder.plan()
    assert [job.id for job in written.jobs] == ["solo--tip", "solo--clock"]
    assert written.jobs[1].prompt == "A clock"
    assert written.conditions["solo"]["company"] == "solo"


async def test_two_processes_cannot_work_in_one_folder(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    plan = await plan_of([task()], SOLO, provider)
    with (
        LabFolder(tmp_path).locked(plan),
        pytest.raises(ConfigurationError, match="Another process"),
        LabFolder(tmp_path).locked(plan),
    ):
        pass


async def test_a_plan_that_grows_keeps_what_was_made(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    folder = LabFolder(tmp_path)
    with folder.locked(await plan_of([task()], SOLO, provider)):
        pass
    with folder.locked(await plan_of([task("clock", "A clock")], SOLO, provider)):
        assert [job.id for job in folder.plan().jobs] == ["solo--tip", "solo--clock"]


async def test_a_run_that_was_begun_with_other_words_is_not_mixed_up(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    await begin(await plan_of([task()], SOLO, provider), tmp_path)
    other = await plan_of([task(prompt="Something else")], SOLO, provider)
    with (
        pytest.raises(ConfigurationError, match="solo--tip was begun with another prompt"),
        LabFolder(tmp_path).locked(other),
    ):
        pass


async def begin(plan: Plan, path: Path) -> None:
    """Leave the folder of a plan whose runs have begun."""
    with (folder := LabFolder(path)).locked(plan):
        for job in plan.jobs:
            folder.run(job.id).mkdir()


def coloured(picture: Path, colour: bytes) -> TaskCard:
    picture.write_bytes(colour)
    return task().model_copy(update={"images": [str(picture)]})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"model": "url:http://127.0.0.1:9/v1#another"}, "another model"),
        ({"models.programmer": "url:http://127.0.0.1:9/v1#another"}, "models of single roles"),
        ({"company": "pair"}, "other roles, phases or chains"),
        ({"company": "own"}, "other roles, phases or chains"),
        ({"seed": 9}, "another seed"),
    ],
)
async def test_whatever_decides_the_outcome_of_a_begun_run_stays_as_it_was(
    tmp_path: Path, provider: ScriptedProvider, settings: Mapping[str, Any], said: str
) -> None:
    company = "own" if settings.get("company") == "own" else "solo"
    cards = tmp_path / "cards"
    write_cards(cards, "companies", own={"title": "Own", "chain": "solo"})
    before = await plan_of([task()], {"it": {"company": company}}, provider, overlay=cards)
    await begin(before, tmp_path / "kept")
    write_cards(cards, "companies", own={"title": "Own", "chain": "solo", "culture": "In haste."})
    now = await plan_of([task()], {"it": {"company": "solo", **settings}}, provider, overlay=cards)
    with (
        pytest.raises(ConfigurationError, match=f"it--tip was begun with .*{said}.*--to"),
        LabFolder(tmp_path / "kept").locked(now),
    ):
        pass


@pytest.mark.usefixtures("eyes")
async def test_a_picture_that_was_changed_is_another_one(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    picture = tmp_path / "sketch.png"
    await begin(await plan_of([coloured(picture, b"red")], SOLO, provider), tmp_path / "kept")
    with LabFolder(tmp_path / "kept").locked(
        await plan_of([coloured(picture, b"red")], SOLO, provider)
    ):
        pass
    blue = await plan_of([coloured(picture, b"blue")], SOLO, provider)
    with (
        pytest.raises(ConfigurationError, match="begun with other pictures"),
        LabFolder(tmp_path / "kept").locked(blue),
    ):
        pass


async def test_labels_checks_limits_and_words_for_the_same_may_change(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    await begin(await plan_of([task()], SOLO, provider), tmp_path)
    check = {"name": "runs", "run": "python3 main.py", "exit_code": 0}
    settings = {"solo": {"company": "solo", "chain": "solo"}}
    more = task(category="sums", checks=[check])
    plan = await plan_of([more], settings, provider, limits=RunLimits(calls=3))
    with (folder := LabFolder(tmp_path)).locked(plan):
        assert folder.plan().jobs[0].category == "sums"


async def test_runs_of_another_softhouse_are_named_so(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    await begin(await plan_of([task()], SOLO, provider), tmp_path)
    path = tmp_path / "plan.json"
    data = json.loads(path.read_bytes()) | {"softhouse": "0.1"}
    data["jobs"][0]["cards"] = "of then"
    path.write_text(json.dumps(data))
    with (
        pytest.raises(ConfigurationError, match=r"begun by softhouse 0\.1 with other roles"),
        LabFolder(tmp_path).locked(await plan_of([task()], SOLO, provider)),
    ):
        pass


async def test_runs_of_one_folder_have_one_sandbox(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    first = await plan_of([task()], SOLO, provider, sandbox="docker")
    second = await plan_of([task("clock", "A clock")], SOLO, provider, sandbox="bubblewrap")
    with LabFolder(tmp_path).locked(first):
        pass
    await begin(second, tmp_path)
    with (
        pytest.raises(ConfigurationError, match=r"begun with --sandbox bubblewrap.*give --sandbox"),
        LabFolder(tmp_path).locked(first),
    ):
        pass


async def test_the_folder_of_something_else_is_left_alone(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    plan = await plan_of([task()], SOLO, provider)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("Dear Ada")
    with (
        pytest.raises(ConfigurationError, match=r"holds something else \(letter.txt\)"),
        LabFolder(tmp_path / "mine").locked(plan),
    ):
        pass
    assert [each.name for each in (tmp_path / "mine").iterdir()] == ["letter.txt"]
    with LabFolder(tmp_path / "study").locked(plan):
        pass
    for other in (replace(plan, name="another"), replace(plan, kind="batch")):
        with (
            pytest.raises(ConfigurationError, match="the folder of the experiment test"),
            LabFolder(tmp_path / "study").locked(other),
        ):
            pass


async def test_a_draft_that_a_killed_process_left_is_no_obstacle(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    (tmp_path / ".plan.json.draft").write_bytes(b"{")
    folder = LabFolder(tmp_path)
    with folder.locked(await plan_of([task()], SOLO, provider)):
        assert folder.plan().name == "test"


@pytest.mark.parametrize(
    "content",
    [
        None, b"{", b"[]", b'{"jobs": 3}', b"\xff", b"[" * 100_000, b'{"jobs": [], "factors": 3}',
        b'{"factors": [], "jobs": ["x"]}', b'{"factors": [], "jobs": [{"id": "../../x"}]}',
    ],
)  # fmt: skip
def test_a_folder_without_a_plan_says_so(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "plan.json").write_bytes(content)
    with pytest.raises(ConfigurationError):
        LabFolder(tmp_path).plan()


async def test_two_jobs_with_one_name_are_refused(provider: ScriptedProvider) -> None:
    with pytest.raises(ConfigurationError, match="another name"):
        await plan_of([task(), task(prompt="Another tip calculator")], SOLO, provider)


async def test_text_of_any_kind_survives_in_the_plan(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    words = "A „clock“ <script> \u202e in bidi"
    with (folder := LabFolder(tmp_path)).locked(
        await plan_of([task(prompt=words)], SOLO, provider)
    ):
        assert json.loads((tmp_path / "plan.json").read_text())["jobs"][0]["prompt"] == words
        assert folder.plan().jobs[0].prompt == words


async def test_conditions_that_differ_in_capital_letters_alone_would_share_a_folder(
    provider: ScriptedProvider,
) -> None:
    with pytest.raises(ConfigurationError, match="give a task or a condition another name"):
        await plan_of([task()], {"a": {"company": "solo"}, "A": {"company": "pair"}}, provider)
