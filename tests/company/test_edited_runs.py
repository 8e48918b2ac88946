"""Runs that somebody edited: they are not gone on with, and not forked, where they make no sense."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from company.engine.fork.fork import Fork
from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import ConfigurationError
from tests.support.houses import house, work
from tests.support.scripted_company import TASK, script
from tests.support.scripted_provider import ScriptedProvider
from warehouse.errors import JournalError
from warehouse.journal.journal import FILE_NAME

Record = dict[str, Any]
Edit = Callable[[Record], object]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    """The journal of a run of the waterfall, but for its end."""
    folder = tmp_path_factory.mktemp("finished")
    with ScriptedProvider.from_script(script()).in_thread() as provider:
        run = asyncio.run(work(folder, provider, "default", task=TASK))
    lines = (run.folder / FILE_NAME).read_text().splitlines()
    return [json.loads(line) for line in lines[:-1]]


def edited(journal: list[Record], folder: Path, kind: str, effect: str | None, edit: Edit) -> Path:
    """The folder of a run whose first event of a kind was edited; it has no product."""
    records: list[Record] = json.loads(json.dumps(journal))
    first = next(r for r in records if r["kind"] == kind and r["data"].get("effect") == effect)
    edit(first["data"])
    (folder / "run" / "product" / ".git" / "objects").mkdir(parents=True)
    journal_file = folder / "run" / FILE_NAME
    journal_file.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    return folder / "run"


@pytest.mark.parametrize(
    ("kind", "effect", "edit"),
    [
        ("run.started", None, lambda d: d.update(role_models=1.5)),
        ("run.started", None, lambda d: d["role_models"].pop("cto")),
        ("run.started", None, lambda d: d["role_models"].update(cto=[1])),
        ("run.started", None, lambda d: d.update(seed=None)),
        ("run.started", None, lambda d: d.update(sandbox=[])),
        ("run.started", None, lambda d: d.update(name={})),
        ("run.started", None, lambda d: d["task"].update(text=[])),
        ("run.started", None, lambda d: d["task"].update(source={"a": 1})),
        ("run.started", None, lambda d: d["task"].update(images=["../../.ssh/id_rsa"])),
        ("run.started", None, lambda d: d["company"]["phases"].pop("manual")),
        ("run.started", None, lambda d: d["company"]["roles"].pop("cto")),
        ("run.started", None, lambda d: d["company"]["chains"].pop("waterfall")),
        ("effect.ended", "completion", lambda d: d["result"].pop("text")),
        ("effect.ended", "completion", lambda d: d["result"].update(text=-1)),
        ("effect.ended", "completion", lambda d: d["result"].pop("finish_reason")),
        ("effect.ended", "completion", lambda d: d["result"].update(usage=None)),
        ("effect.ended", "completion", lambda d: d.pop("result")),
        ("effect.ended", "commit", lambda d: d["result"].update(sha=7)),
        ("effect.ended", "tag", lambda d: d["result"].update(sha=None)),
    ],
)
async def test_a_run_whose_journal_makes_no_sense_is_refused_and_left_as_it_is(
    finished: list[Record], tmp_path: Path, kind: str, effect: str | None, edit: Edit
) -> None:
    folder = edited(finished, tmp_path, kind, effect, edit)
    before = (folder / FILE_NAME).read_bytes()
    async with open_resources("none") as resources:
        with pytest.raises(JournalError, match=r"cannot be (understood|gone on with)"):
            Run.reopen(folder, resources)
        with pytest.raises(JournalError, match=r"cannot be (understood|gone on with)"):
            await Fork.plan(folder, "handover", {}).begin(resources, tmp_path / "forks")
    assert (folder / FILE_NAME).read_bytes() == before
    assert not (tmp_path / "forks").exists()


async def test_what_is_wrong_is_named_by_its_line_and_field(
    finished: list[Record], tmp_path: Path
) -> None:
    def edit(data: Record) -> None:
        data["result"]["usage"]["prompt_tokens"] = "many"

    folder = edited(finished, tmp_path, "effect.ended", "completion", edit)
    first = next(n for n, record in enumerate(finished, 1) if record["kind"] == "effect.ended")
    where = finished[first - 1]["where"]
    async with open_resources("none") as resources:
        for go_on in (Run.reopen, Run.recorded):
            with pytest.raises(JournalError) as refusal:
                go_on(folder, resources)
            assert str(refusal.value) == (
                f"The journal cannot be gone on with: in line {first}, of effect.ended at {where}, "
                "result.usage.prompt_tokens is not what it should be (expected `int`, got `str`). "
                f"To go on from before it: softhouse fork RUN --at {where}"
            )


async def test_a_fork_before_what_is_wrong_goes_on(finished: list[Record], tmp_path: Path) -> None:
    folder = edited(finished, tmp_path, "effect.ended", "commit", lambda d: d.pop("result"))
    assert Fork.plan(folder, "design", {}).step.endswith("design")
    with pytest.raises(JournalError, match=r"of effect\.ended at"):
        Fork.plan(folder, "handover", {})


@pytest.mark.parametrize("kind", ["effect.started", "effect.ended"])
async def test_an_effect_of_another_softhouse_is_not_passed_over(
    finished: list[Record], tmp_path: Path, kind: str
) -> None:
    folder = edited(finished, tmp_path, kind, "commit", lambda d: d.update(effect="dream"))
    async with open_resources("none") as resources:
        with pytest.raises(JournalError, match="effect is none that is known here"):
            Run.recorded(folder, resources)


async def test_a_spec_that_decides_on_something_unknown_is_not_gone_on_with(
    finished: list[Record], tmp_path: Path
) -> None:
    folder = edited(finished, tmp_path, "run.started", None, lambda d: d.update(colour="red"))
    async with open_resources("none") as resources:
        with pytest.raises(JournalError, match="it orders 'colour', which is not known here"):
            Run.recorded(folder, resources)


@pytest.mark.usefixtures("eyes")
@pytest.mark.parametrize("remains", ["a link", "cannot be read"])
async def test_a_picture_that_is_not_there_any_more_is_not_looked_for_elsewhere(
    tmp_path: Path, remains: str
) -> None:
    secret = tmp_path / "id_rsa"
    secret.write_bytes(b"secret")
    (tmp_path / "sketch.png").write_bytes(b"\x89PNG")
    async with ScriptedProvider.from_script(script()) as provider:
        spec = await house(tmp_path, provider, "default").spec(
            TASK, sandbox="none", images=[tmp_path / "sketch.png"]
        )
        async with open_resources("none") as resources:
            run = Run.begin(spec, resources, tmp_path / "products")
            picture = run.folder / "attachments" / "sketch.png"
            picture.unlink()
            if remains == "a link":
                picture.symlink_to(secret)
            with pytest.raises(ConfigurationError, match=f"{remains}.*then resume"):
                await run.work()
    assert provider.calls == []
