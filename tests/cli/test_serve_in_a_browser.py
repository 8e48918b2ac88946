"""The served window, opened and used in a real browser."""

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyte
import pytest

from tests.support.journals import small_run, write_run
from tests.support.serving import children, eventually, watch_served

playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
"""Nothing is asked of any network."""


NOT_BLANK = 20_000
"""Bytes that no picture of an empty page has."""


@dataclass
class Browsed:
    """A page of a browser, what its terminal shows, and whom it has asked for something."""

    page: Any
    screen: pyte.Screen
    asked: list[str]

    @property
    def text(self) -> str:
        """What can be read."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    async def shows(self, text: str) -> None:
        """Wait until something can be read."""
        try:
            await eventually(lambda: text in self.text)
        except TimeoutError:
            pytest.fail(f"no {text!r} on the page:\n{self.text}")

    async def click_on(self, text: str) -> None:
        """Click where something is written."""
        lines = self.screen.display
        row = next(number for number, line in enumerate(lines) if text in line)
        box = await self.page.locator(".xterm-screen").bounding_box()
        await self.page.mouse.click(
            box["x"] + (lines[row].index(text) + 0.5) * box["width"] / self.screen.columns,
            box["y"] + (row + 0.5) * box["height"] / self.screen.lines,
        )


@pytest.fixture
async def browsed() -> AsyncIterator[Browsed]:
    """A browser that nobody has used before; its terminal is read from what it sends and gets."""
    browsed = Browsed(None, pyte.Screen(80, 24), [])
    stream = pyte.ByteStream(browsed.screen)

    def sent(frame: str | bytes) -> None:
        match json.loads(frame):
            case ["resize", {"width": columns, "height": rows}]:
                browsed.screen.resize(rows, columns)

    def received(frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            stream.feed(frame)

    def opened(socket: Any) -> None:
        socket.on("framesent", sent)
        socket.on("framereceived", received)

    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS, headless=True)
        browsed.page = await browser.new_page(viewport={"width": 1100, "height": 640})
        browsed.page.on("request", lambda request: browsed.asked.append(request.url))
        browsed.page.on("websocket", opened)
        try:
            yield browsed
        finally:
            await browser.close()


async def test_the_window_is_opened_clicked_through_and_ends_with_its_page(
    tmp_path: Path, browsed: Browsed
) -> None:
    write_run(tmp_path / "products", small_run())
    with watch_served(tmp_path, tmp_path / "products") as (process, link):
        await browsed.page.goto(link)
        await browsed.shows("Tips")
        assert browsed.page.url == link.partition("?")[0]
        assert await browsed.page.evaluate("document.cookie") == ""
        assert len(children(process.pid)) == 1
        await browsed.click_on("Tips")
        await browsed.page.keyboard.press("Enter")
        await browsed.shows("The prompt did not fit.")
        assert len(await browsed.page.screenshot()) > NOT_BLANK
        await browsed.click_on("Git")
        await browsed.shows("Coding: add main.py")
        await browsed.page.keyboard.press("Escape")
        await browsed.shows("Status")
        await browsed.page.close()
        await eventually(lambda: not children(process.pid))
    host = link.partition("?")[0]
    assert {url for url in browsed.asked if not url.startswith((host, "data:"))} == set()
