"""Themes: readable, remembered, tried before they are chosen."""

from itertools import product
from pathlib import Path

import pytest
from textual.color import Color
from textual.widgets import OptionList

from tests.support.shells import SmallShell
from tui.themes import THEMES, preferences_file, remember_theme, remembered_theme, theme_for
from warehouse.errors import SofthouseError

GROUNDS = (
    "background",
    "surface",
    "panel",
    "block-cursor-background",
    "block-cursor-blurred-background",
)
TEXTS = (
    "foreground",
    "text-muted",
    "foreground-muted",
    "primary",
    "secondary",
    "accent",
    "success",
    "warning",
    "error",
    "text-primary",
    "text-secondary",
    "text-accent",
    "text-success",
    "text-warning",
    "text-error",
    "block-cursor-foreground",
    "footer-key-foreground",
    "footer-description-foreground",
)


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a person who has chosen nothing yet."""
    monkeypatch.setenv("SOFTHOUSE_CONFIG", str(tmp_path / "config"))
    monkeypatch.delenv("COLORFGBG", raising=False)
    return tmp_path / "config"


def luminance(color: Color) -> float:
    """As WCAG 2 defines it."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    """Of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_of_contrast_is_the_usual_one() -> None:
    assert round(contrast(Color.parse("#000"), Color.parse("#fff")), 1) == 21.0
    assert round(contrast(Color.parse("#777"), Color.parse("#fff")), 2) == 4.48


@pytest.mark.parametrize("name", THEMES)
def test_every_text_can_be_read_on_every_ground(name: str) -> None:
    colours = THEMES[name].to_color_system().generate()
    least = 7.0 if name == "contrast" else 4.5
    for text, ground in product(TEXTS, GROUNDS):
        found = contrast(Color.parse(colours[text]), Color.parse(colours[ground]))
        assert found >= least, f"{text} on {ground}: {found:.2f}"


def test_there_are_dark_ones_and_light_ones() -> None:
    assert sorted(theme.dark for theme in THEMES.values()) == [False, False, True, True, True]


@pytest.mark.parametrize(
    ("colours", "theme"),
    [("15;0", "night"), ("0;15", "day"), ("0;default;7", "day"), ("", "night")],
)
def test_without_a_wish_the_theme_suits_the_terminal(
    monkeypatch: pytest.MonkeyPatch, colours: str, theme: str
) -> None:
    monkeypatch.setenv("COLORFGBG", colours)
    assert theme_for(None) == theme


def test_what_is_asked_for_goes_before_the_environment_and_that_before_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remember_theme("ember")
    assert theme_for(None) == "ember"
    monkeypatch.setenv("SOFTHOUSE_THEME", "paper")
    assert theme_for(None) == "paper"
    assert theme_for("contrast") == "contrast"


def test_a_theme_that_is_not_there_is_answered_with_those_there_are() -> None:
    with pytest.raises(SofthouseError, match="night, day, ember, paper, contrast"):
        theme_for("nihgt")


@pytest.mark.parametrize(
    "kept", [b"", b"theme = 3", b"theme = ", b"\xff\xfe", b"theme = 'gone'", b"a" * 100_000]
)
def test_what_cannot_be_read_any_more_stops_nothing(config: Path, kept: bytes) -> None:
    config.mkdir()
    (config / "window.toml").write_bytes(kept)
    assert theme_for(None) == "night"


def test_a_folder_in_the_place_of_the_file_stops_nothing(config: Path) -> None:
    (config / "window.toml").mkdir(parents=True)
    assert theme_for(None) == "night"


def test_remembering_replaces_the_file_as_a_whole_and_leaves_nothing_beside(config: Path) -> None:
    for name in ("day", "ember"):
        remember_theme(name)
        assert remembered_theme() == name
    assert [path.name for path in config.iterdir()] == ["window.toml"]


def test_it_is_remembered_in_the_user_s_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOFTHOUSE_CONFIG")
    assert preferences_file().parts[-2:] == ("softhouse", "window.toml")


async def test_a_theme_is_worn_while_it_is_looked_at_and_kept_with_enter() -> None:
    app = SmallShell()
    async with app.run_test() as pilot:
        await pilot.press("ctrl+t")
        await pilot.press("down")
        assert app.theme == "day"
        assert remembered_theme() is None
        await pilot.press("j")
        assert app.theme == "ember"
        await pilot.press("k", "enter")
        assert app.theme == "day"
        assert remembered_theme() == "day"
        assert not app.screen.query(OptionList)


@pytest.mark.parametrize("key", ["escape", "ctrl+t"])
async def test_looking_at_themes_and_leaving_changes_nothing(key: str) -> None:
    app = SmallShell(theme="ember")
    async with app.run_test() as pilot:
        await pilot.press("ctrl+t", "down", key)
        assert app.theme == "ember"
        assert remembered_theme() is None


@pytest.fixture
def a_file_in_its_place(config: Path) -> None:
    config.write_text("a file where the folder would be")


@pytest.mark.usefixtures("a_file_in_its_place")
async def test_a_theme_that_cannot_be_remembered_is_worn_and_said_so() -> None:
    app = SmallShell()
    async with app.run_test(notifications=True) as pilot:
        app.choose_theme("paper")
        await pilot.pause()
        assert app.theme == "paper"
        assert ["not remembered" in note.message for note in app._notifications] == [True]


@pytest.mark.parametrize("way", ["option", "environment"])
def test_calm_lets_nothing_move(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    if way == "environment":
        monkeypatch.setenv("SOFTHOUSE_CALM", "1")
    assert SmallShell(calm=way == "option").animation_level == "none"


def test_without_calm_things_may_move() -> None:
    assert SmallShell().animation_level == "full"
