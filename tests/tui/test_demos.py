"""The files and the commits of the demos, opened in the window."""

import hashlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from tui.app import Window
from tui.panes.lines_view import LinesView
from tui.panes.messages import OpenCommit, OpenFile
from tui.panes.work.pane import WorkPane
from warehouse.events import CommitEnded, CommitStarted
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.runs.folders import demos

DEMOS = pytest.mark.parametrize("demo", demos().values(), ids=lambda folder: folder.name)
PATIENCE = 20.0
"""Seconds for git to answer."""


@asynccontextmanager
async def at_its_product(demo: Path, products: Path) -> AsyncIterator[Pilot[None]]:
    """The window on a demo, with the pane of the product in front."""
    async with Window(products, demo, calm=True).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("3")
        yield pilot


async def copied(pilot: Pilot[None], pane: WorkPane, tab: str, about: str) -> str:
    """What `y` copies from a tab, once it has what its heading tells about."""
    view = pane.query_one(f"#{tab}")
    await until(pilot, lambda: about in told(view) and not is_reading(view))
    view.query_one(LinesView).focus()
    await pilot.press("y")
    return pilot.app.clipboard


def told(view: Widget) -> str:
    """A view in words: its headings, and whether it has lines."""
    headings = " ".join(str(each.render()) for each in view.query("OneLine"))
    return headings if len(view.query_one(LinesView).lines) else ""


def is_reading(view: Widget) -> bool:
    return any(worker.node is view and not worker.is_finished for worker in view.workers)


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it was never shown"
        await pilot.pause(0.01)


@DEMOS
async def test_every_file_of_a_demo_opens_as_it_was_recorded(demo: Path, tmp_path: Path) -> None:
    async with at_its_product(demo, tmp_path) as pilot:
        pane = pilot.app.screen.query_one(WorkPane)
        for sha, files in recorded(demo):
            for path, digest in files.items():
                pane.post_message(OpenFile(path, sha))
                text = await copied(pilot, pane, "code", f"{path} · {sha[:7]}")
                assert hashlib.sha256(text.encode()).hexdigest() == digest, path


@DEMOS
async def test_every_commit_of_a_demo_shows_its_lines(demo: Path, tmp_path: Path) -> None:
    async with at_its_product(demo, tmp_path) as pilot:
        pane = pilot.app.screen.query_one(WorkPane)
        for event in read_events(demo / FILE_NAME):
            if isinstance(event.data, CommitEnded) and (sha := event.data.result.sha):
                pane.post_message(OpenCommit(sha))
                marks = [
                    line[:1] for line in (await copied(pilot, pane, "diff", sha[:7])).split("\n")
                ]
                assert marks.count("+") == sum(each.added for each in event.data.result.files)
                assert marks.count("-") == sum(each.removed for each in event.data.result.files)


def recorded(demo: Path) -> list[tuple[str, dict[str, str | None]]]:
    """The commits of a demo, and the digests of the files that each of them holds."""
    data = [event.data for event in read_events(demo / FILE_NAME)]
    files = [each.request.files or {} for each in data if isinstance(each, CommitStarted)]
    shas = [each.result.sha or "" for each in data if isinstance(each, CommitEnded)]
    return list(zip(shas, files, strict=True))
