"""From the run browser to a finished program and back: begun, forked and resumed for real."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, Select

from company.cards.company_card import RunLimits
from company.company import Company
from company.errors import BudgetReached
from tests.support.browsing import Browser, browsing, names_in
from tests.support.command_line import model_at, provider
from tests.support.houses import write_cards
from tests.support.scripted_company import TASK, file_block
from tests.support.scripted_provider import ScriptedProvider
from tui.screens.fork import ForkScreen
from tui.screens.further import FurtherScreen
from tui.screens.limits import GOES_ON
from tui.screens.new_run import NewRunScreen
from warehouse.events.conversion import as_json
from warehouse.history.record import summary_of
from warehouse.journal.journal import FILE_NAME, is_locked, read_events


@pytest.fixture
def serving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedProvider]:
    """A provider at work, and a company that runs nothing, in sight of the window."""
    small = {"title": "Small", "chain": "solo", "defaults": {"sandbox": "none"}}
    write_cards(tmp_path, "companies", small=small)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOFTHOUSE_PRODUCTS", raising=False)
    replies: dict[str, Any] = {"Write the whole program": [file_block("main.py", "print(1)\n")] * 3}
    with provider(**replies) as server:
        yield server


async def ended(browser: Browser, folder: Path) -> None:
    """Wait until nobody works on a run any more."""
    await browser.until(lambda: not is_locked(folder / FILE_NAME))


async def stopped_run(products: Path, serving: ScriptedProvider) -> Path:
    """A run that was interrupted before its first call was answered."""
    house = Company.load("pair", model=model_at(serving))
    with pytest.raises(BudgetReached):
        await house.work(TASK, products=products, sandbox="none", seed=1, limits=RunLimits(calls=1))
    (name,) = names_in(products)
    folder = products / name
    journal = folder / FILE_NAME
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(line for line in lines if b'"run.ended"' not in line))
    return folder


async def test_a_run_is_begun_shown_live_and_forked(
    tmp_path: Path, serving: ScriptedProvider
) -> None:
    products = tmp_path / "products"
    async with browsing(products) as browser:
        await browser.press("n")
        screen = browser.app.screen
        assert isinstance(screen, NewRunScreen)
        companies = screen.query_one(Select)
        await browser.until(lambda: "small" in companies._legal_values)
        await browser.type(TASK)
        await browser.press("tab", "enter")
        await browser.type("small")
        await browser.press("enter")
        assert companies.value == "small"
        screen.query_one("#model", Input).value = model_at(serving)
        screen.query_one("#name", Input).value = "tips"
        screen.query_one("#ask", Input).value = "run, edit"
        await browser.press("ctrl+s")
        await browser.until(lambda: browser.app.opened)
        (folder,) = browser.app.opened
        assert browser.app.begun == [folder]
        assert folder.parent == products
        began = read_events(folder / "journal.jsonl")[0]
        assert as_json(began.data)["approve"] == {"run": "ask", "edit": "ask"}
        await ended(browser, folder)
        await browser.until(lambda: browser.names == ["tips"])
        await browser.until(lambda: "unverified" in browser.row(0))
        assert browser.app.screen is browser.home

        await browser.press("f")
        fork = browser.app.screen
        assert isinstance(fork, ForkScreen)
        await browser.type("1.coding")
        await browser.press("enter")
        await browser.type("seed=7")
        await browser.press("ctrl+s")
        await browser.until(lambda: len(browser.app.opened) == 2)
        await ended(browser, browser.app.opened[1])
        await browser.until(lambda: browser.names == ["tips", "tips"])


async def test_a_run_that_stopped_at_a_limit_is_resumed_with_more(
    tmp_path: Path, serving: ScriptedProvider
) -> None:
    house = Company.load("pair", model=model_at(serving))
    with pytest.raises(BudgetReached):
        await house.work(
            TASK, products=tmp_path / "products", sandbox="none", seed=1, limits=RunLimits(calls=1)
        )
    async with browsing(tmp_path / "products") as browser:
        assert "■ stopped" in browser.row(0)
        await browser.press("r")
        await browser.until(lambda: browser.app.screen is not browser.home)
        await browser.pilot.pause()
        await browser.type("9")
        await browser.press("ctrl+s")
        await browser.until(lambda: browser.app.opened)
        await ended(browser, browser.app.opened[0])
        await browser.until(lambda: "■ stopped" not in browser.row(0) and "●" not in browser.row(0))


async def test_a_run_that_is_resumed_twice_at_once_is_opened_and_nobody_complains(
    tmp_path: Path, serving: ScriptedProvider
) -> None:
    folder = await stopped_run(tmp_path / "products", serving)
    async with browsing(tmp_path / "products") as browser:
        await browser.press("r", "r", "r")
        await browser.until(lambda: browser.app.opened)
        assert browser.app.opened == browser.app.begun == [folder]
        # A message goes by itself after a while, on a loaded machine before the run is opened.
        assert browser.said in (GOES_ON, "")
        await ended(browser, folder)
        assert browser.said in (GOES_ON, "")


async def test_r_on_a_delivered_run_asks_what_comes_next(
    tmp_path: Path, serving: ScriptedProvider
) -> None:
    house = Company.load("small", model=model_at(serving))
    run = await house.work(TASK, products=tmp_path / "products", sandbox="none", seed=1)
    async with browsing(tmp_path / "products") as browser:
        await browser.press("r")
        screen = browser.app.screen
        assert isinstance(screen, FurtherScreen)
        companies = screen.query_one(Select)
        await browser.until(lambda: "small" in companies._legal_values)
        companies.value = "small"
        await browser.press("ctrl+s")
        assert "Say what comes next" in browser.screen_text
        await browser.type("now add a tip")
        await browser.press("ctrl+s")
        await browser.until(lambda: browser.app.opened == [run.folder])
        await ended(browser, run.folder)
    summary = summary_of(run.folder / FILE_NAME)
    assert (summary.version, summary.task) == (2, "now add a tip")
