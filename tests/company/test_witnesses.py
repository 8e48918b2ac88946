"""What a witness saw is part of the run: recorded once, kept, forked, shown, and given to roles with eyes."""

import asyncio
import base64
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from company.cards.catalogue import Cards
from company.cards.prompts import Prompts
from company.engine.context.briefing import Briefing
from company.engine.context.pictures import Pictures
from company.engine.context.voices import Voices
from company.engine.fork.fork import Fork
from company.engine.resources import open_resources
from company.engine.run import Run
from company.engine.state import State
from company.engine.workspace.execution import Execution
from company.models.provider import providers
from company.spec import Task
from tests.support.command_line import in_process
from tests.support.houses import work, write_cards
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider
from tui.panes.log.output_lines import OutputLines
from warehouse.events import ProductChecked, Sighting
from warehouse.history.entries import Executed
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.runs.folders import ATTACHMENTS
from warehouse.sandbox.witness import registry
from warehouse.sandbox.witness.witness import Start, is_picture

RED = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)
PROGRAM = f"""\
import base64
open("red.png", "wb").write(base64.b64decode({base64.b64encode(RED).decode()!r}))
open("lie.png", "w").write("no picture")
"""
REPLIES = {
    "rules": [
        {"user": "Write it", "replies": [file_block("main.py", PROGRAM)]},
        {"user": "Mend it", "replies": [file_block("main.py", PROGRAM + "print()\n")]},
    ]
}


class Camera:
    """Finds what the program drew, and does not like it."""

    asked = 0

    async def see(self, start: Start) -> Sighting | None:
        self.asked += 1
        await start.bare()
        pictures = await start.pictures({"red.png": "The window at first", "lie.png": "a lie"})
        return Sighting(
            start.argv, False, "its window is one colour", ("its sound",), pictures=pictures
        )


@dataclass
class Seen:
    """A run whose program was written, seen, and mended by roles with eyes."""

    run: Run
    camera: Camera
    mending: list[dict[str, Any]]
    """The parts of the message in which a programmer was asked to mend it."""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    folder, camera = tmp_path_factory.mktemp("seen"), Camera()
    (folder / "providers.yaml").write_text("url:\n  capabilities: {images: true}\n")
    (folder / "mockup.png").write_bytes(RED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "WITNESSES", (camera,))
        patch.setenv("SOFTHOUSE_CONFIG", str(folder))
        providers.cache_clear()
        run, mending = asyncio.run(worked(folder))
        yield Seen(run, camera, mending)
    providers.cache_clear()


async def worked(folder: Path) -> tuple[Run, Any]:
    writing = {"title": "Work", "prompt": "Write it: {{ task }}", "yields": {"files": {}}}
    talk = {"instructor": "cto", "assistant": "programmer"}
    write_cards(folder / "cards", "phases", writing={**writing, "sees": ["task"], "talk": talk})
    steps = ["writing", "run_tests", "fix_bugs"]
    write_cards(folder / "cards", "chains", tiny={"steps": steps})
    write_cards(folder / "cards", "companies", tiny={"title": "Tiny", "chain": "tiny"})
    async with ScriptedProvider.from_script(REPLIES) as provider:
        run = await work(folder, provider, sandbox="bubblewrap", images=[folder / "mockup.png"])
        return run, provider.calls[1].body["messages"][1]["content"]


def first_check(run: Run) -> ProductChecked:
    return next(
        event.data
        for event in read_events(run.folder / FILE_NAME)
        if isinstance(event.data, ProductChecked)
    )


def picture_of(run: Run) -> Path:
    (path,) = (run.folder / ATTACHMENTS).glob("seen-*")
    return path


def test_what_was_seen_is_in_the_verdict_and_the_picture_beside_the_journal(seen: Seen) -> None:
    checked = first_check(seen.run)
    assert checked.summary == "does not start: its window is one colour; unseen: its sound"
    (picture,) = checked.checks[-1].pictures
    assert (picture.title, picture.size) == ("The window at first", len(RED))
    assert picture_of(seen.run).read_bytes() == RED
    assert picture_of(seen.run).name == picture.file


async def test_a_witness_is_not_asked_again_for_what_is_recorded(seen: Seen) -> None:
    asked = seen.camera.asked
    async with open_resources("none") as resources:
        rehearsal = await Run.recorded(seen.run.folder, resources).rehearse()
    assert rehearsal.ending is not None
    assert rehearsal.ending.reason == seen.run.summary.reason
    assert seen.camera.asked == asked == 2


async def test_a_fork_has_the_pictures_of_the_past_it_shares(seen: Seen) -> None:
    async with open_resources("none") as resources:
        plan = Fork.plan(seen.run.folder, "3.fix_bugs", {"seed": "2"})
        forked = await plan.begin(resources, seen.run.folder.parent)
    assert picture_of(forked).read_bytes() == RED


def test_people_are_shown_what_was_seen(
    seen: Seen, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    line = f"The window at first: attachments/{picture_of(seen.run).name} ({len(RED)} bytes)"
    copy, page = tmp_path / seen.run.folder.name, tmp_path / "run.html"
    shutil.copytree(seen.run.folder, copy)
    assert in_process("show", str(copy)) == 0
    assert f"    {line}\n" in capsys.readouterr().out
    assert in_process("export", str(copy), "-o", str(page)) == 0
    assert f'src="data:image/png;base64,{base64.b64encode(RED).decode()}"' in page.read_text()
    assert "img-src data:;" in page.read_text()
    shutil.rmtree(copy / ATTACHMENTS)
    assert in_process("export", str(copy), "-o", str(page)) == 0
    assert f"{line}, which is gone" in page.read_text()


def test_the_window_names_the_picture_below_its_check(seen: Seen) -> None:
    lines = OutputLines()
    checks = first_check(seen.run).checks
    lines.take([Executed(0, "", "", verified=False, summary="", checks=checks)])
    shown = [lines.line(number).text for number in range(len(lines))]
    assert any(picture_of(seen.run).name in line for line in shown)


def test_roles_with_eyes_are_given_it_beside_the_picture_of_the_task(seen: Seen) -> None:
    words = [part.get("text") for part in seen.mending[1:]]
    assert words == ["As the task shows it:", None, "The window at first:", None]
    assert seen.mending[4]["image_url"]["url"].endswith(base64.b64encode(RED).decode())


@pytest.mark.parametrize("eyes", [True, False])
def test_roles_without_eyes_are_given_none_of_it(seen: Seen, *, eyes: bool) -> None:
    cards = Cards().load("pair")
    phase = cards.phases["fix_bugs"]
    assert phase.talk is not None
    models = dict.fromkeys(cards.roles, "openai:x")
    voices = Voices(
        cards, Prompts(), models, lambda _: 32_000, lambda _: eyes, *[lambda _: False] * 2
    )
    briefing = Briefing(voices, Pictures(voices))
    checks = first_check(seen.run).checks
    state = State(Task("t", ("mockup.png",)), execution=Execution("tree", checks))
    assert len(briefing.brief(phase, phase.talk, state, 1).images) == (4 if eyes else 0)


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", RED[:20], RED[:16] + b"\0\0\x40\0" + RED[20:], RED + bytes(5 * 1024**2)],
)
def test_what_is_no_picture_of_a_decent_size_is_left_aside(content: bytes) -> None:
    assert is_picture(RED)
    assert not is_picture(content)
