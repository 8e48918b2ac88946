"""Makes the pictures of the window in docs/images, from the recorded runs that come with softhouse, and of an
analysis that the tests have.

    python -m docs.make_screenshots

Times and figures are those of the embedded model; the analysis is made up.
"""

import asyncio
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual import events
from textual.pilot import Pilot

from tests.support.pictured_analysis import write_pictured_analysis
from tui.app import Window
from tui.screens.home import HomeScreen
from tui.screens.run import RunScreen
from warehouse.events import RunStarted
from warehouse.events.conversion import as_json
from warehouse.journal.journal import FILE_NAME, Event, Journal, read_events
from warehouse.runs.folders import DEMOS, PRODUCT, run_folders
from warehouse.runs.products import product_folder

IMAGES = Path(__file__).absolute().parent / "images"
SIZE = (136, 40)
LIVE = "words", "10.testing/round-3/fix_bugs/turn-1"
"""What happens while the run is shown live: the programmer mends something."""
PATIENCE, DRAWING = 60.0, 2.0
"""Seconds that threads may need to read what is shown, and the window to draw it."""


class StillWindow(Window):
    """A window for which it is an hour after the runs."""

    def on_mount(self, event: events.Mount) -> None:
        event.prevent_default()
        self.push_screen(HomeScreen(self.products, clock=lambda: an_hour_later().timestamp()))


def an_hour_later() -> datetime:
    """An hour after the last of the recorded runs has ended."""
    last = max(read_events(folder / FILE_NAME)[-1].at for folder in run_folders(DEMOS))
    return datetime.fromisoformat(last) + timedelta(hours=1)


def as_own_run(demo: str, products: Path) -> Path:
    """A recorded run as one that was made here. Returns its folder."""
    started = read_events(DEMOS / demo / FILE_NAME)[0].data
    assert isinstance(started, RunStarted)
    folder = products / started.run
    folder.mkdir()
    shutil.copy(DEMOS / demo / FILE_NAME, folder)
    shutil.copytree(product_folder(DEMOS / demo), folder / PRODUCT)
    return folder


@contextmanager
def cut_off(folder: Path, now: datetime) -> Iterator[Path]:
    """The same run in the middle of an answer, as if that were now and somebody worked on it."""
    recorded = read_events(folder / FILE_NAME)
    coding = [n for n, event in enumerate(recorded) if (event.kind, event.where) == LIVE]
    last = coding[len(coding) * 3 // 4]
    later = now - datetime.fromisoformat(recorded[last].at)
    live = folder.parent / f"{folder.name[:-4]}live"
    live.mkdir()
    lines = [moved(event, later).line() for event in recorded[: last + 1]]
    (live / FILE_NAME).write_bytes(b"".join(lines))
    shutil.copytree(folder / PRODUCT, live / PRODUCT)
    journal, _ = Journal.open(live / FILE_NAME)
    yield live
    journal.close()
    shutil.rmtree(live)


def moved(event: Event, later: timedelta) -> Event:
    """The event, later."""
    at = (datetime.fromisoformat(event.at) + later).isoformat()
    return Event.of(event.seq, at, event.kind, event.where, as_json(event.data))


async def picture(
    name: str,
    products: Path,
    theme: str,
    pose: Callable[[Pilot[None]], Awaitable[object]],
) -> None:
    """Writes a picture of the window as it is posed."""
    app = StillWindow(products, theme=theme, calm=True)
    async with app.run_test(size=SIZE) as pilot:
        await shown(pilot, "Recorded runs")
        await pose(pilot)
        svg = app.export_screenshot(title="softhouse")
    IMAGES.mkdir(exist_ok=True)
    without_fonts = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    (IMAGES / f"{name}.svg").write_text(without_fonts, "utf-8")
    sys.stdout.write(f"{name}.svg: {len(without_fonts) / 1000:.0f} kB\n")


async def shown(pilot: Pilot[None], words: str) -> None:
    """Wait until something can be read, and a little until all of it is drawn."""
    until = time.monotonic() + PATIENCE
    while words not in rows(pilot):
        if time.monotonic() > until:
            sys.exit(f"no {words!r} in\n{rows(pilot)}")
        await pilot.pause(0.1)
    await pilot.pause(DRAWING)


def rows(pilot: Pilot[None]) -> str:
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


async def pictures(products: Path) -> None:
    """Writes all of them."""
    waterfall = as_own_run("demo-waterfall", products)
    as_own_run("demo", products)

    async def opened(pilot: Pilot[None], folder: Path) -> RunScreen:
        assert isinstance(pilot.app, Window)
        pilot.app.open_run(folder)
        await shown(pilot, " Log ")
        assert isinstance(pilot.app.screen, RunScreen)
        return pilot.app.screen

    async def diff(pilot: Pilot[None]) -> None:
        await opened(pilot, waterfall)
        await pilot.press("4", "l", "k", "k", "enter", "3", "z")
        await shown(pilot, "@@")

    async def replay(pilot: Pilot[None]) -> None:
        screen = await opened(pilot, waterfall)
        for _ in range(2):
            screen.playback.previous("error")
        screen.look_now()
        await shown(pilot, "in the past")

    async def browser(pilot: Pilot[None]) -> None:
        await pilot.press("g")
        await shown(pilot, "running")

    async def going_on(pilot: Pilot[None]) -> None:
        await opened(pilot, live)

    async def analysis(pilot: Pilot[None]) -> None:
        await opened(pilot, write_pictured_analysis(products.parent / "others"))
        await pilot.press("z")
        await shown(pilot, "answered: 2 queries")

    await picture("analysis", products, "night", analysis)
    await picture("diff", products, "night", diff)
    await picture("replay", products, "day", replay)
    with cut_off(waterfall, an_hour_later()):
        await picture("home", products, "night", browser)
    with cut_off(waterfall, datetime.now(UTC)) as live:
        await picture("live", products, "night", going_on)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder
        os.chdir(folder)
        products = Path("products")
        products.mkdir()
        asyncio.run(pictures(products))


if __name__ == "__main__":
    main()
