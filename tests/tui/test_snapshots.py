"""How the window looks: pictures of its screens, held against those that somebody has looked at.

Where a change of looks is wanted, renew them and look at what git shows as changed:

    SOFTHOUSE_TESTS_RENEW_SNAPSHOTS=1 pytest tests/tui/test_snapshots.py
"""

import os
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from textual import events
from textual._context import visible_screen_stack
from textual.app import App
from textual.pilot import Pilot
from textual.strip import Strip

from tests.support.browsing import NOW
from tests.support.command_line import ROOT
from tests.support.pictured_analysis import write_pictured_analysis
from tests.support.pictures import write_pictured_runs
from tui.app import Window
from tui.panes.work.view import ProductReader
from tui.screens.help import HelpScreen
from tui.screens.home import HomeScreen
from tui.screens.run import RunScreen
from warehouse.product.git.diff import FileDiff

KEPT = ROOT / "tests" / "data" / "snapshots"
RENEW = bool(os.environ.get("SOFTHOUSE_TESTS_RENEW_SNAPSHOTS"))
SIZES = [(80, 24), (120, 40), (200, 60)]
THEMES = ["night", "day"]
MIDDLE = 24
"""The number of an event in the middle of the run."""
PATIENCE = 30.0
"""Seconds for threads to have read what is shown."""


class StillWindow(Window):
    """A window for which it is always the same moment."""

    def on_mount(self, event: events.Mount) -> None:
        event.prevent_default()
        self.push_screen(HomeScreen(self.products, clock=lambda: NOW))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The run that is shown, in the home of a person in Greenwich."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield write_pictured_runs(Path("products"))
    monkeypatch.undo()
    time.tzset()


async def home(pilot: Pilot[None], run: Path) -> None:
    """The list of runs."""
    await shown(pilot, "5 runs")


async def end(pilot: Pilot[None], run: Path) -> None:
    """A run at its end."""
    await opened(pilot, run)


async def middle(pilot: Pilot[None], run: Path) -> None:
    """A run as it was in the middle, with the chain in front."""
    screen = await opened(pilot, run)
    screen.playback.seek(MIDDLE)
    screen.look_now()
    await pilot.press("1")
    await shown(pilot, "Review")


async def diff(pilot: Pilot[None], run: Path) -> None:
    """What the last commit has changed."""
    await opened(pilot, run)
    await pilot.press("3", "l", "l")
    await shown(pilot, "refuse negative")


async def help_(pilot: Pilot[None], run: Path) -> None:
    """All keys, over a run."""
    await opened(pilot, run)
    await pilot.press("question_mark")
    while not isinstance(pilot.app.screen, HelpScreen):
        await pilot.pause()
    await shown(pilot, "Conversation")


async def analysis(pilot: Pilot[None], run: Path) -> None:
    """What a database was asked, and the chart that was drawn of it."""
    await opened(pilot, write_pictured_analysis(run.parent / "others"))


async def opened(pilot: Pilot[None], run: Path) -> RunScreen:
    """A run that has been opened."""
    assert isinstance(pilot.app, Window)
    pilot.app.open_run(run)
    await shown(pilot, "Run verified")
    assert isinstance(pilot.app.screen, RunScreen)
    return pilot.app.screen


async def shown(pilot: Pilot[None], words: str) -> None:
    """Wait until something can be read, nothing is read for it any more, and nothing changes."""
    before, until = [Strip([])], time.monotonic() + PATIENCE
    while words not in rows(pilot) or is_at_work(pilot.app) or before != frame(pilot):
        assert time.monotonic() < until, f"no {words!r} that stays in\n{rows(pilot)}"
        before = frame(pilot)
        await pilot.pause()


def is_at_work(app: App[None]) -> bool:
    """Whether a thread reads for something that is shown, or that is to be laid out or drawn."""
    screen = app.screen
    if screen._layout_required or screen._dirty_widgets:
        return True
    # The list of runs keeps looking for new ones.
    if isinstance(screen, HomeScreen):
        return bool(screen._watch.unread)
    working = (each for each in app.workers if not each.is_finished)
    return any(not isinstance(worker.node, HomeScreen) for worker in working)


def rows(pilot: Pilot[None]) -> str:
    """What can be read."""
    return "\n".join(strip.text for strip in frame(pilot))


def frame(pilot: Pilot[None]) -> list[Strip]:
    """What is drawn, with its colours, and what shows through from behind."""
    visible_screen_stack.set(pilot.app._background_screens)
    return pilot.app.screen._compositor.render_strips()


def normal(svg: str) -> str:
    """A picture without the name it gives itself, and without the fonts it would fetch."""
    nameless = re.sub(r"terminal-\d+", "terminal", svg)
    return re.sub(r"@font-face \{.*?\}\s*", "", nameless, flags=re.DOTALL)


VIEWS: dict[str, Callable[[Pilot[None], Path], Awaitable[object]]] = {
    "home": home,
    "end": end,
    "middle": middle,
    "diff": diff,
    "help": help_,
    "analysis": analysis,
}
LOOKS = [
    pytest.param(view, size, theme, id=f"{view}-{size[0]}x{size[1]}-{theme}")
    for view, size, theme in product(VIEWS, SIZES, THEMES)
    # Its cards are the same text in a conversation that the others show at every size.
    if view != "analysis" or size == (120, 40)
]


@pytest.mark.slow
@pytest.mark.parametrize(("view", "size", "theme"), LOOKS)
async def test_the_window_looks_as_it_did_when_somebody_looked_at_it(
    run: Path, tmp_path: Path, view: str, size: tuple[int, int], theme: str
) -> None:
    name = f"{view}-{size[0]}x{size[1]}-{theme}.svg"
    app = StillWindow(run.parent, theme=theme, calm=True)
    async with app.run_test(size=size) as pilot:
        await shown(pilot, "5 runs")
        await VIEWS[view](pilot, run)
        picture = normal(app.export_screenshot(title="softhouse"))
    if RENEW:
        keep(KEPT / name, picture)
    elif not same(KEPT / name, picture):
        keep(tmp_path / name, picture)
        pytest.fail(f"{name} looks different now: {tmp_path / name}. {__doc__}")


async def test_no_picture_is_taken_while_a_pane_reads(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(self: ProductReader, sha: str) -> list[FileDiff]:
        time.sleep(1)
        return read(self, sha)

    read = ProductReader.diff
    monkeypatch.setattr(ProductReader, "diff", slow)
    async with StillWindow(run.parent, theme="night", calm=True).run_test(size=(120, 40)) as pilot:
        await shown(pilot, "5 runs")
        await diff(pilot, run)
        assert "raise ValueError" in rows(pilot)


def same(path: Path, picture: str) -> bool:
    """Whether a kept picture is this one."""
    return path.exists() and path.read_text("utf-8") == picture


def keep(path: Path, picture: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(picture, "utf-8")
