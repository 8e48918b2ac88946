"""The served window, opened and used in a real browser."""

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyte
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler

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
        context = await browser.new_context(viewport={"width": 1100, "height": 640})
        browsed.page = await context.new_page()
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
        assert browsed.page.url == link.partition("#")[0]
        assert await browsed.page.context.cookies() == []
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
    host, _, secret = link.partition("#")
    assert not any(secret in url for url in browsed.asked)
    assert {url for url in browsed.asked if not url.startswith((host, "data:"))} == set()


async def test_a_reloaded_page_opens_again_and_another_link_in_its_tab_too(
    tmp_path: Path, browsed: Browsed
) -> None:
    with watch_served(tmp_path, tmp_path) as (_, link):
        await browsed.page.goto(link)
        await browsed.shows("No runs yet")
        browsed.screen.reset()
        await browsed.page.reload()
        await browsed.shows("No runs yet")
        await browsed.page.goto(f"{link}x")
        await browsed.page.locator(".closed").wait_for()
        browsed.screen.reset()
        await browsed.page.goto(link)
        await browsed.shows("No runs yet")


ATTACK = """async address => {
  const tried = async make => { try { return await make() } catch (error) { return "refused" } }
  const socket = (...protocols) => new Promise((opened, refused) => {
    const made = new WebSocket(address.replace("http", "ws") + "ws", ...protocols)
    made.onopen = () => opened("opened"); made.onerror = refused
  })
  const framed = () => new Promise(done => {
    const frame = document.createElement("iframe")
    frame.src = address
    frame.onload = () => done(frame.contentDocument === null ? "refused" : "open")
    document.body.append(frame)
  })
  return [
    await tried(() => socket()), await tried(() => socket(["softhouse", "none"])),
    await tried(async () => (await fetch(address, {credentials: "include"})).text()),
    await tried(framed),
  ]
}"""


async def test_a_page_of_another_port_gets_no_cookie_and_cannot_drive_the_window(
    tmp_path: Path, browsed: Browsed
) -> None:
    heard: list[str] = []

    async def page(request: web.Request) -> web.Response:
        heard.append(f"{request.url} {dict(request.headers)}")
        return web.Response(text="<body>mine</body>", content_type="text/html")

    async with TestServer(_app(page)) as strangers:
        with watch_served(tmp_path, tmp_path) as (process, link):
            address, _, secret = link.partition("#")
            await browsed.page.goto(link)
            await browsed.shows("No runs yet")
            theirs = await browsed.page.context.new_page()
            await theirs.goto(str(strangers.make_url("/")))
            outcomes = await theirs.evaluate(ATTACK, address)
            assert set(outcomes) == {"refused"}
            await theirs.evaluate("address => { window.held = window.open(address) }", address)
            await theirs.wait_for_function("window.held.closed")
            assert len(children(process.pid)) == 1
            await browsed.page.goto(str(strangers.make_url("/")))
    assert len(heard) >= 2
    assert not any("cookie" in words.lower() or secret in words for words in heard)


def _app(page: Handler) -> web.Application:
    app = web.Application()
    app.add_routes([web.get("/{any:.*}", page)])
    return app
