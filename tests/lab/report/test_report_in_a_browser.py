"""The report, opened from its file in a real browser."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from company.lab.report.report import write_report
from tests.support.studies import study, usual_results

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
PHONE, DESK = {"width": 375, "height": 700}, {"width": 1200, "height": 900}


@dataclass
class Opened:
    """A report in a page, what the browser complained of, and what it asked for."""

    page: Any
    path: Path
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def pictures(self) -> list[tuple[float, float]]:
        """Width and height of every plot as it is shown, in CSS pixels."""
        boxes = "nodes => nodes.map(n => n.getBoundingClientRect()).map(b => [b.width, b.height])"
        found = await self.page.eval_on_selector_all("figure svg[role=img]", boxes)
        return [(width, height) for width, height in found]

    async def measured(self, script: str) -> Any:
        """What the browser says of the page."""
        return await self.page.evaluate(script)


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Opened]:
    """The usual report, opened on a desk in the light."""
    path = tmp_path / "report.html"
    write_report(study(usual_results(repetitions=1)), path)
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS, headless=True)
        page = await browser.new_page(viewport=DESK, color_scheme="light")
        opened = Opened(page, path)
        page.on("request", lambda request: opened.asked.append(request.url))
        page.on("console", lambda message: opened.complaints.append(message.text))
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        await page.goto(path.as_uri())
        try:
            yield opened
        finally:
            await browser.close()


async def test_the_plots_are_there_and_nothing_else_was_asked_for(opened: Opened) -> None:
    pictures = await opened.pictures()
    assert len(pictures) == 6
    assert all(width > 300 and height > 80 for width, height in pictures)
    assert opened.complaints == []
    assert opened.asked == [opened.path.as_uri()]


async def test_the_words_in_a_plot_can_be_read_and_searched(opened: Opened) -> None:
    words = await opened.measured(
        "[...document.querySelectorAll('figure svg text')].map(node => node.textContent)"
    )
    assert {"solo", "pair", "pair without tester"} <= set(words)


async def test_a_phone_shows_the_report_without_scrolling_sideways(opened: Opened) -> None:
    await opened.page.set_viewport_size(PHONE)
    assert await opened.measured("document.documentElement.scrollWidth") == PHONE["width"]
    assert all(300 < width <= PHONE["width"] for width, _ in await opened.pictures())


async def test_the_plots_follow_the_page_into_the_dark(opened: Opened) -> None:
    ink = "getComputedStyle(document.querySelector('figure svg text')).fill"
    light = await opened.measured(ink)
    await opened.page.emulate_media(color_scheme="dark")
    assert light != await opened.measured(ink)


async def test_on_paper_nothing_is_cut_off(opened: Opened) -> None:
    await opened.page.emulate_media(media="print")
    assert await opened.measured(
        "[...document.querySelectorAll('.scroll')]"
        ".every(node => getComputedStyle(node).overflowY === 'visible')"
    )
    assert (await opened.page.pdf()).startswith(b"%PDF")


async def test_a_script_in_the_page_would_not_run(opened: Opened) -> None:
    page = opened.path.read_text()
    hurt = opened.path.with_name("hurt.html")
    hurt.write_text(page.replace("</main>", "<script>document.title = 'run'</script></main>"))
    await opened.page.goto(hurt.as_uri())
    assert await opened.page.title() == "Does a second pair of eyes help?"
