"""Pictures that belong to a task: who sees them, who is told of them, and what is no picture."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from company.cards.catalogue import Cards
from company.engine.fork.fork import Fork
from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import ConfigurationError
from company.models.provider import providers
from tests.support.houses import house, only_journal, work, write_cards
from tests.support.scripted_company import TASK, script
from tests.support.scripted_provider import Call, ScriptedProvider
from warehouse.events.conversion import as_json


def left_in(folder: Path) -> list[Path]:
    return list(folder.glob("products/*"))


async def ordered(folder: Path, *images: Path) -> None:
    async with ScriptedProvider.from_script(script()) as provider:
        try:
            await work(folder, provider, "default", task=TASK, images=list(images))
        finally:
            assert provider.calls == []
            assert left_in(folder) == []


async def test_two_pictures_of_one_name_are_not_taken_for_each_other(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.png").write_bytes(folder.encode())
    with pytest.raises(ConfigurationError, match=r"Two pictures are called 'x\.png'"):
        await ordered(tmp_path, tmp_path / "a" / "x.png", tmp_path / "b" / "x.png")


@pytest.mark.usefixtures("eyes")
async def test_a_pipe_is_no_picture(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.png")
    with pytest.raises(ConfigurationError, match="no plain file"):
        await ordered(tmp_path, tmp_path / "x.png")


BUTTON = "A red button, top left, says GO."
TOLD = f"The customer's picture sketch.png, in the words of a colleague who sees it:\n{BUTTON}"


@pytest.fixture
def sketch(tmp_path: Path) -> Path:
    picture = tmp_path / "sketch.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    return picture


def is_shown_a_picture(call: Call) -> bool:
    return any(isinstance(message["content"], list) for message in call.body["messages"])


async def pictured(
    folder: Path, sketch: Path, company: str = "default", **models: str
) -> tuple[Run, list[Call]]:
    """A run on a task with a picture; some roles have models of their own."""
    rules = [{"user": "Describe it so", "replies": [BUTTON]}, *script()["rules"]]
    async with ScriptedProvider.from_script({"rules": rules}) as provider:
        staff = {role: f"url:{provider.url}#{name}" for role, name in models.items()}
        company_at_work = replace(house(folder, provider, company), role_models=staff)
        run = await company_at_work.work(
            TASK, products=folder / "products", sandbox="none", seed=1, images=[sketch]
        )
        return run, provider.calls


@pytest.mark.parametrize("company", Cards().of("company"))
def test_in_every_company_pictures_go_to_those_who_build_and_judge_looks(company: str) -> None:
    phases = [phase for phase in Cards().load(company).phases.values() if phase.talk]
    at_work = {p.name for p in phases if p.yields and p.yields.kind in ("files", "verdict")}
    shown = {phase.name for phase in phases if "images" in phase.sees}
    assert at_work - shown <= {
        "test_writing",
        "schema_tests",
        "challenge",
        "environment",
        "second_way",
    }


@pytest.mark.usefixtures("eyes")
async def test_models_with_eyes_see_it_and_nobody_describes_it(
    tmp_path: Path, sketch: Path
) -> None:
    run, calls = await pictured(tmp_path, sketch)
    shown = [call.user for call in calls if is_shown_a_picture(call)]
    assert len(shown) >= 3
    assert any("Write the whole program" in words for words in shown)
    assert any("Approve unless" in words for words in shown)
    assert not any("Describe it so" in call.user for call in calls)
    assert run.summary.status in ("verified", "unverified")


@pytest.mark.usefixtures("eyes")
async def test_a_role_with_eyes_describes_it_once_to_those_without(
    tmp_path: Path, sketch: Path
) -> None:
    run, calls = await pictured(tmp_path, sketch, cpo="blind", programmer="blind")
    (described,) = [call for call in calls if "Describe it so" in call.user]
    assert described.model == "scripted"
    assert TASK in described.user
    blind = [call for call in calls if call.model == "blind"]
    assert not any(map(is_shown_a_picture, blind))
    assert [TOLD in call.user for call in blind if "Write the whole program" in call.user] == [True]
    assert calls.index(described) == 0, "before the first who needs it"

    async with open_resources("none") as resources:
        rehearsal = await Run.recorded(run.folder, resources).rehearse()
        plan = Fork.plan(run.folder, "coding", {"seed": "3"})
        assert any(event.where.endswith("/pictures") for event in plan.shared)
    assert rehearsal.ending is not None
    assert rehearsal.unasked == []


@pytest.mark.usefixtures("eyes")
async def test_where_nobody_has_eyes_the_run_stops_before_it_begins(
    tmp_path: Path, sketch: Path
) -> None:
    with pytest.raises(ConfigurationError) as stopped:
        await pictured(tmp_path, sketch, "solo", cto="blind", programmer="blind")
    assert "the model of programmer, takes no pictures" in str(stopped.value)
    assert "'sketch.png' would not be seen" in str(stopped.value)
    assert "--role-model programmer=" in str(stopped.value)
    assert left_in(tmp_path) == []


@pytest.mark.usefixtures("eyes")
async def test_a_company_that_looks_at_no_picture_needs_no_eyes(
    tmp_path: Path, sketch: Path
) -> None:
    talk = {"instructor": "cto", "assistant": "programmer"}
    card = {"title": "Work", "prompt": "Write the whole program: {{ task }}", "talk": talk}
    write_cards(
        tmp_path / "cards", "phases", work={**card, "sees": ["task"], "yields": {"files": {}}}
    )
    write_cards(tmp_path / "cards", "chains", tiny={"steps": ["work"]})
    write_cards(tmp_path / "cards", "companies", tiny={"title": "Tiny", "chain": "tiny"})
    _, calls = await pictured(tmp_path, sketch, "tiny", programmer="blind")
    assert not any(map(is_shown_a_picture, calls))


@pytest.mark.usefixtures("eyes")
async def test_what_a_model_sees_is_settled_when_the_run_begins(
    tmp_path: Path, sketch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _ = await pictured(tmp_path, sketch, cpo="blind")
    monkeypatch.setenv("SOFTHOUSE_CONFIG", os.devnull)
    providers.cache_clear()
    async with open_resources("none") as resources:
        assert (await Run.recorded(run.folder, resources).rehearse()).ending is not None
        with pytest.raises(ConfigurationError, match="takes no pictures"):
            Fork.plan(run.folder, "coding", {"model": "deepseek:deepseek-v4-pro"})


async def test_a_run_of_before_that_was_asked_goes_on_as_it_did(
    tmp_path: Path, sketch: Path
) -> None:
    """Its models are sent what they were sent, whatever they take."""
    async with ScriptedProvider.from_script(script()) as provider:
        spec = await house(tmp_path, provider, "default").spec(TASK, sandbox="none")
        task = replace(spec.task, images=(sketch.name,))
        older = spec.model_copy(update={"task": task, "images": (sketch,)})
        async with open_resources("none") as resources:
            await Run.begin(older, resources, tmp_path / "products").work()
    assert is_shown_a_picture(provider.calls[0])
    assert "eyes" not in as_json(only_journal(tmp_path)[0].data)
