"""A chart is shown as a picture, in terminals that say they can."""

import asyncio
import re
from base64 import standard_b64decode

import pytest

from tests.support.command_line import ROOT
from tests.support.conversations import talking
from tests.support.journals import started
from tests.support.pictured_analysis import used
from tests.support.waiting import PATIENCE
from tui.pictures import NUMBER, protocol_of, size_in_cells
from tui.screens.chart import ChartScreen
from warehouse.data import drawing
from warehouse.data.drawing import png_of
from warehouse.data.rows import Refused

CHART = (ROOT / "docs/images/chart.svg").read_text("utf-8")
TERMINALS = [
    ({"TERM": "xterm-kitty"}, "kitty"),
    ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
    ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm"),
    ({"TERM": "xterm-256color"}, None),
    ({"TERM": "screen", "TMUX": "/tmp/x", "KITTY_WINDOW_ID": "1"}, None),
    ({"TERM": "xterm-kitty", "SOFTHOUSE_PICTURES": "none"}, None),
    ({"TERM": "foot", "SOFTHOUSE_PICTURES": "iterm"}, "iterm"),
]


@pytest.mark.parametrize(("environment", "protocol"), TERMINALS)
def test_a_terminal_is_sent_a_picture_by_what_it_says_of_itself(
    environment: dict[str, str], protocol: str | None
) -> None:
    assert protocol_of(environment) == protocol


async def test_a_chart_is_sent_to_kitty_whole_and_taken_away_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOFTHOUSE_PICTURES", "kitty")
    facts = {"query": 1, "kind": "bar", "x": "city", "y": "people", "title": "People\x1b]52;"}
    drawn = used(
        "1.a/tool-1",
        "programmer",
        "chart",
        facts,
        "charts/1.svg: People\nGraz ██ 2",
        changed={"charts/1.svg": CHART},
    )
    async with talking([started(), *drawn], (80, 24)) as talk:
        sent = list[str]()
        monkeypatch.setattr(talk.app._driver, "write", sent.append)
        await talk.press("m")
        await talk.app.workers.wait_for_complete()
        async with asyncio.timeout(PATIENCE):
            while not any("a=T" in each for each in sent):
                await talk.pilot.pause()
        assert isinstance(talk.app.screen, ChartScreen) and talk.sees("People")
        pieces = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", "".join(sent))
        assert all(len(data) <= 4_096 for _, data in pieces)
        assert [facts[-3:] for facts, _ in pieces] == ["m=1"] * (len(pieces) - 1) + ["m=0"]
        png = standard_b64decode("".join(data for _, data in pieces))
        assert png.startswith(b"\x89PNG") and png.endswith(b"IEND\xaeB`\x82")
        columns, rows = size_in_cells(png, (76, 20))
        assert f"c={columns},r={rows}," in pieces[0][0] and columns <= 76 and rows <= 20
        sent.clear()
        await talk.press("escape")
        async with asyncio.timeout(PATIENCE):
            while not any(f"a=d,d=I,i={NUMBER}" in each for each in sent):
                await talk.pilot.pause()
        assert not isinstance(talk.app.screen, ChartScreen)


async def test_where_no_picture_can_be_shown_it_is_said_where_the_chart_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOFTHOUSE_PICTURES", "none")
    facts = {"query": 1, "title": "People"}
    drawn = used(
        "1.a/tool-1",
        "programmer",
        "chart",
        facts,
        "charts/1.svg: People",
        changed={"charts/1.svg": CHART},
    )
    async with talking([started(), *drawn]) as talk:
        await talk.press("m")
        await talk.app.workers.wait_for_complete()
        assert talk.app.told == ["No picture can be shown here: charts/1.svg."]


@pytest.mark.parametrize(
    "more",
    [
        '<image href="/etc/hosts"/>',
        '<g:image xlink:href="http://127.0.0.1/x.png"/>',
        '<!ENTITY x SYSTEM "/etc/passwd">',
        '<style>@import "http://127.0.0.1/"</style>',
        '<rect fill="url(http://127.0.0.1/x)"/>',
        '<svg:image width="1"/>',
    ],
)
async def test_a_picture_of_a_stranger_leads_to_nothing_outside(more: str) -> None:
    with pytest.raises(Refused, match="no chart as they are drawn here"):
        await png_of(CHART.replace("</svg>", f"{more}</svg>"))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ('width="524"', 'width="40000"'),
        ('height="387"', 'height="1e5"'),
        ('height="387"', 'height="5000mm"'),
        (' width="524" height="387" ', " "),
        ('viewBox="0 0 524 387"', 'viewBox="0 0 40000 40000"'),
        ('viewBox="0 0 524 387"', ""),
        ('class="marks"', 'style="width: 40000px"'),
        ("<rect", '<svg width="40000" height="40000"/><rect'),
    ],
)
async def test_a_picture_of_a_stranger_is_no_larger_than_a_screen(ours: str, theirs: str) -> None:
    assert ours in CHART
    with pytest.raises(Refused, match="no chart as they are drawn here"):
        await png_of(CHART.replace(ours, theirs, 1))


async def test_pixels_of_too_many_bytes_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "LARGEST_PNG", 1_000)
    with pytest.raises(Refused, match="the picture is too large"):
        await png_of(CHART)


async def test_what_makes_pixels_has_no_more_memory_than_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As if a picture had passed that takes more than it says.
    monkeypatch.setattr(drawing, "LONGEST_SIDE", 20_000)
    wide = CHART.replace('width="524" height="387"', 'width="20000" height="20000"', 1)
    with pytest.raises(Refused, match="ended without a picture"):
        await png_of(wide)
