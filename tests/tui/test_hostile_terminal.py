"""The real window in a real terminal, with runs in it that attack the terminal: nothing gets through."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hostile import CUT_OFF, FINISHED, NAMED, write_hostile_runs
from tests.support.terminal import in_terminal
from warehouse.journal.journal import FILE_NAME, Journal

SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # a control sequence
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"  # a string of any kind
    r"|\x1b."
    r"|[\x00-\x09\x0b-\x1f\x7f-\x9f]"
    r"|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]",
    re.DOTALL,
)
OWN = re.compile(
    r"\x1b\[[0-9;]*m"  # colours
    r"|\x1b\[[0-9]*;?[0-9]*H"  # where the next text goes
    r"|\x1b\[\?(?:7|25|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2031|2048)[hl]"  # modes
    r"|\x1b\[\?(?:2026|2048)\$p"  # whether the terminal can do something
    r"|\x1b\[[>=<]?[0-9;]*u"  # how keys are told
    r"|\x1b\[c|\x1b\[\?996n|\x1b\[14t|\x1b\[16t"
    r"|\x1b\]22;default\x07"  # the shape of the mouse pointer
    r"|\r"
)
"""All that Textual sends."""
DOWN, ENTER, ESCAPE, TAB, QUIT = "\x1b[B", "\r", "\x1b", "\t", "\x11"
PALETTE, JUMP, THEMES = "\x10", "\x0f", "\x14"

RESTLESS = 1_000_000
"""Bytes that no key is worth: a layout that goes to and fro sends them."""

Keys = tuple[str, ...]
IN_A_RUN: dict[str, Keys] = {
    "conversation": ("2", "j", "j", "G", "k", ENTER, "Z", "/", *"hostile", ENTER, "n", "N", ESCAPE),
    "message": (
        "2",
        "g",
        "j",
        "j",
        "m",
        "j",
        ENTER,
        "Z",
        "G",
        "k",
        ESCAPE,
        "j",
        "j",
        "j",
        "m",
        "G",
        "q",
        "o",
    ),
    "chain": ("1", "j", "j", ENTER, "G", ENTER, TAB, "j", ENTER, "k"),
    "files": ("3", "j", ENTER, "j", "G", "l", "j", "h", "h", "j", ENTER),
    "diff": ("3", "h", "h", "h", "l", "l", "j", "n", "N", "d", "d", "z", "j", "z"),
    "log": ("4", "j", "G", "l", "j", ENTER, "4", "l", "j", ENTER, "4", "l", "l", "l", "h"),
    "zoomed": ("1", "z", "z", "2", "z", "3", "4", "1", "z"),
    "replay": ("0", ".", ".", ".", "]", "]", "}", "e", "E", "t", "T", "c", "C", "+", " ", " ", "L"),
    "window": ("?", "G", "/", *"copy", ESCAPE, ESCAPE, PALETTE, *"open", DOWN, ESCAPE, JUMP, "s"),
    "steering": (
        "2",
        "j",
        "i",
        TAB,
        "x",
        ESCAPE,
        "a",
        TAB,
        "x",
        ESCAPE,
        "b",
        ESCAPE,
        "p",
        "s",
        "x",
        ESCAPE,
    ),
    "fork": ("2", "j", "F", DOWN, DOWN, TAB, TAB, ESCAPE),
}
"""The keys to every pane, tab and dialog of a run."""
AT_HOME: dict[str, Keys] = {
    "list": ("j", "s", "s", "S", "v", "v", "v", "v", "v", "v", "G", "g", "R"),
    "filter": ("/", *"hostile", DOWN, ENTER, ESCAPE),
    "compare": (" ", "j", " ", "c", "a", "j", "G", TAB, "j", "n", ENTER, ESCAPE, ESCAPE),
    "fork": ("f", DOWN, DOWN, TAB, TAB, ESCAPE),
    "new": ("n", TAB, TAB, ESCAPE),
    "delete": ("D", ESCAPE, "j", "D", ESCAPE),
    "resume": ("r", ESCAPE, "j", "r", ESCAPE),
}
"""The keys to everything that can be done with the list of runs."""


@pytest.fixture
def products(tmp_path: Path) -> Path:
    write_hostile_runs(tmp_path / "products")
    return tmp_path


def foreign(sent: bytes) -> Iterator[str]:
    """What was sent to the terminal that Textual does not send."""
    for found in SEQUENCE.finditer(sent.decode("utf-8")):
        if not OWN.fullmatch(found[0]):
            yield found[0]


def check(folder: Path, keys: Keys, *run: str, size: tuple[int, int], **env: str) -> bytes:
    """Press the keys in a window of our own: nothing may get through, nor break it. What was sent."""
    with in_terminal("watch", *run, cwd=folder, size=size, env=env) as terminal:
        terminal.wait_for("q7host")
        for key in keys:
            before = len(terminal.sent)
            terminal.press(key)
            assert "Traceback" not in terminal.text
            assert len(terminal.sent) - before < RESTLESS, f"it never comes to rest after {key!r}"
        terminal.press(QUIT)
        assert terminal.wait_end() == 0, terminal.text
    assert list(foreign(terminal.sent)) == []
    return bytes(terminal.sent)


SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=str)


@pytest.mark.slow
@pytest.mark.parametrize("keys", IN_A_RUN.values(), ids=IN_A_RUN)
def test_no_text_of_a_run_drives_the_terminal(products: Path, keys: Keys) -> None:
    check(products, keys, FINISHED, size=(160, 48))


@pytest.mark.slow
@pytest.mark.parametrize("part", ["conversation", "diff", "log", "window"])
def test_nor_does_it_in_a_small_terminal(products: Path, part: str) -> None:
    check(products, IN_A_RUN[part], FINISHED, size=(80, 24))


@pytest.mark.slow
@pytest.mark.parametrize("keys", AT_HOME.values(), ids=AT_HOME)
def test_no_text_in_the_list_of_runs_drives_the_terminal(products: Path, keys: Keys) -> None:
    check(products, keys, size=(100, 30))


@pytest.mark.slow
@pytest.mark.parametrize("part", ["conversation", "chain", "replay"])
def test_nor_does_a_run_that_was_cut_off_in_the_middle_of_a_word(products: Path, part: str) -> None:
    check(products, IN_A_RUN[part], CUT_OFF, size=(120, 40))


@pytest.mark.slow
@SIZES
def test_nor_do_the_questions_and_names_of_a_company_at_work(
    products: Path, size: tuple[int, int]
) -> None:
    (folder,) = (products / "products").glob(f"{CUT_OFF}*")
    journal, _ = Journal.open(folder / FILE_NAME)
    try:
        check(products, IN_A_RUN["steering"], CUT_OFF, size=size)
    finally:
        journal.close()


@pytest.mark.slow
@pytest.mark.parametrize("part", ["files", "diff", "log"])
def test_nor_do_the_names_of_files(products: Path, part: str) -> None:
    check(products, IN_A_RUN[part], NAMED, size=(160, 48))


@pytest.mark.slow
def test_without_colours_nothing_gets_through_either_and_only_greys_are_sent(
    products: Path,
) -> None:
    sent = check(products, IN_A_RUN["conversation"], FINISHED, size=(120, 40), NO_COLOR="1")
    colours = re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", sent)
    assert colours
    assert all(len(set(colour)) == 1 for colour in colours)


def test_the_watchman_is_awake() -> None:
    for attack in (
        "\x1b]52;c;x\x07",
        "\x1b[2J",
        "\x9b2J",
        "\u202e",
        "\x07",
        "\x1bc",
        "\x1bPx\x1b\\",
    ):
        assert list(foreign(f"\x1b[1mok{attack}\x1b[3;4H".encode()))
