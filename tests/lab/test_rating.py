"""People rate pairs of programs on a page that only their link opens; judges are held against each other."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from company.cli.experiment.rating import RatingPage
from company.cli.loopback import listening_on
from company.errors import ConfigurationError
from company.lab.analysis.interval import Unknown
from company.lab.analysis.preference import Judged, agreements, preferences
from company.lab.execution.folder import LabFolder
from company.lab.judging.judges import place_of
from company.lab.judging.pairs import Pair, Program
from company.lab.judging.ratings import RATINGS, Rater, ratings_in

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def pairs_of_programs(number: int = 6) -> list[Pair]:
    ours = Program("1", lambda: {"main.py": b"ours()"})
    theirs = Program("2", lambda: {"main.py": b"theirs()"})
    return [Pair(f"t{n}", 1, "pair", f"Task <{n}>", ours, theirs) for n in range(number)]


def rated_in(folder: Path, name: str = "anna") -> dict[str, int]:
    place = place_of(LabFolder(folder), "people", name)
    return {rating.pair: rating.better for rating in ratings_in(place)}


def rater(folder: Path, name: str = "anna", pairs: Sequence[Pair] | None = None) -> Rater:
    return Rater(LabFolder(folder), name, pairs_of_programs() if pairs is None else pairs)


def rate_all(rater: Rater, choice: str) -> None:
    while (pair := rater.next()) is not None:
        rater.rate(pair.id, choice)


@asynccontextmanager
async def served(rater: Rater) -> AsyncIterator[tuple[RatingPage, str]]:
    with listening_on(0) as listening:
        address, port = listening.getsockname()
        page = RatingPage(rater, f"{address}:{port}")
        runner = web.AppRunner(page.app(), access_log=None)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        try:
            yield page, f"http://{address}:{port}"
        finally:
            await runner.cleanup()


def test_whose_program_stands_first_is_mixed_and_told_apart_again(tmp_path: Path) -> None:
    anna = rater(tmp_path, pairs=pairs_of_programs(40))
    swapped = sum(anna.is_swapped(pair) for pair in pairs_of_programs(40))
    assert 8 < swapped < 32
    rate_all(anna, "first")
    rated = rated_in(tmp_path)
    assert sum(better == -1 for better in rated.values()) == swapped
    assert len(rated) == 40


def test_what_is_rated_stays_and_is_gone_on_with(tmp_path: Path) -> None:
    anna = rater(tmp_path)
    first = anna.next()
    assert first is not None
    anna.rate(first.id, "neither")
    anna.rate(first.id, "first")
    anna.rate("somebody else's", "first")
    anna.rate(pairs_of_programs()[0].id, "both")
    again = rater(tmp_path)
    assert (again.rated, again.pairs) == (1, 6)
    following = again.next()
    assert following is not None and following.id != first.id
    assert rated_in(tmp_path) == {first.id: 0}


def test_a_line_that_a_crash_cut_off_is_no_rating_and_harms_no_other(tmp_path: Path) -> None:
    rate_all(rater(tmp_path), "second")
    path = place_of(LabFolder(tmp_path), "people", "anna") / RATINGS
    path.write_bytes(path.read_bytes()[:-9])
    assert len(rated_in(tmp_path)) == 5
    rate_all(rater(tmp_path), "first")
    assert len(rated_in(tmp_path)) == 6
    assert path.stat().st_mode & 0o777 == 0o600


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine\n")
    place = place_of(LabFolder(tmp_path), "people", "anna")
    (place / RATINGS).symlink_to(victim)
    with pytest.raises(OSError, match="link"):
        rate_all(rater(tmp_path), "first")
    assert victim.read_text() == "mine\n"
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigurationError, match="is a link"):
        rater(tmp_path)


@pytest.mark.parametrize(
    ("one", "other"), [("Müller", "Möller"), ("anna b", "anna-b"), ("Анна", "Инна")]
)
def test_two_people_are_never_one(tmp_path: Path, one: str, other: str) -> None:
    rate_all(rater(tmp_path, one), "first")
    assert rater(tmp_path, other).rated == 0


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\udcff"])
def test_a_name_that_cannot_be_shown_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="can be printed"):
        rater(tmp_path, name)


def test_the_same_program_is_not_shown(tmp_path: Path) -> None:
    program = Program("1", lambda: {"main.py": b"x"})
    same = Pair("t", 1, "pair", "A task", program, program)
    assert rater(tmp_path, pairs=[same]).next() is None


async def test_only_the_link_opens_the_page_and_only_its_own_form_rates(tmp_path: Path) -> None:
    anna = rater(tmp_path)
    async with served(anna) as (page, host), aiohttp.ClientSession() as client:
        pair = anna.next()
        assert pair is not None
        form = {"pair": pair.id, "better": "first"}
        own = {"Origin": host}
        async with client.get(f"{host}/") as answer:
            assert answer.status in (403, 404)
        for path, headers in (
            ("/guessed", own),
            (page.guard.path, {"Origin": "http://elsewhere.example"}),
            (page.guard.path, {"Origin": "null"}),
            (page.guard.path, {**own, "Host": "elsewhere.example"}),
        ):
            async with client.post(f"{host}{path}", data=form, headers=headers) as answer:
                assert answer.status == 403
        assert anna.rated == 0
        async with client.get(f"{host}{page.guard.path}") as answer:
            text = await answer.text()
            assert (
                "Task &lt;" in text
                and "pair" not in text.split("<form")[0].partition("</style>")[2]
            )
            assert "script" not in answer.headers["Content-Security-Policy"]
        async with client.post(f"{host}{page.guard.path}", data=form, headers=own) as answer:
            assert answer.status == 200
        assert anna.rated == 1


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
async def test_a_person_rates_all_pairs_in_a_browser(tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.async_api")
    anna = rater(tmp_path, pairs=pairs_of_programs(3))
    async with served(anna) as (page, host), playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"], headless=True
        )
        tab = await browser.new_page()
        await tab.goto(f"{host}{page.guard.path}")
        for number in (1, 2, 3):
            assert await tab.locator("h1 small").inner_text() == f"{number} of 3"
            await tab.get_by_role("button", name="The first").click()
        assert "all 3 pairs are rated" in await tab.locator("h1").inner_text()
        await browser.close()
        await asyncio.wait_for(page.done.wait(), 5)
    assert anna.rated == 3


def test_a_port_that_is_taken_is_told() -> None:
    with listening_on(0) as listening:
        assert isinstance(listening, socket.socket)
        port = listening.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"port {port}"), listening_on(port):
            pass


def judged(*verdicts: int) -> list[Judged]:
    return [Judged(f"p{n}", f"t{n}", is_same=False, as_it_is=v) for n, v in enumerate(verdicts)]


def test_people_are_asked_once_and_count_in_full() -> None:
    (one,) = preferences("anna", {"pair": 6}, {"pair": judged(1, 1, 1, 1, 1, 1)})
    assert (one.better, one.balance, one.p) == (6, 1.0, 2 / 64)
    assert isinstance(one.agreement, Unknown)


def test_judges_agree_on_the_pairs_that_both_judged() -> None:
    swapping = [Judged(f"p{n}", f"t{n}", is_same=False, as_it_is=1, swapped=-1) for n in (0, 1)]
    (one, other, third) = agreements(
        {"anna": judged(1, 1, -1, 0), "bert": judged(1, 0, -1), "local": swapping}
    )
    assert (one.judges, one.pairs, one.share) == (("anna", "bert"), 3, pytest.approx(2 / 3))
    assert one.kappa == pytest.approx((2 / 3 - 1 / 3) / (1 - 1 / 3))
    assert (other.judges, other.share) == (("anna", "local"), 0.0)
    assert (third.judges, third.share) == (("bert", "local"), 0.5)
    assert agreements({"anna": judged(1), "bert": []}) == []
