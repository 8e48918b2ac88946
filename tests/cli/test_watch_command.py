"""`watch`, `run --tui` and `replay` on a terminal: the window opens, and what is said without one."""

import signal
import time
from pathlib import Path

import pytest

from tests.support.command_line import Softhouse, model_at, provider
from tests.support.journals import small_run, write_run
from tests.support.scripted_company import TASK
from tests.support.terminal import PATIENCE, in_terminal
from warehouse.journal.journal import FILE_NAME, is_locked
from warehouse.runs.folders import run_folders

RUN = "20260102-030405-tips-abcd"


@pytest.fixture
def products(tmp_path: Path) -> Path:
    folder = tmp_path / "products"
    write_run(folder, small_run(), RUN)
    return folder


@pytest.mark.parametrize("command", [("watch",), ("watch", "last"), ("run", "x", "--tui")])
def test_without_a_terminal_one_is_told_of_the_other_ways(
    softhouse: Softhouse, products: Path, command: tuple[str, ...]
) -> None:
    error = softhouse(*command).fails_with(2)
    for way in ("softhouse show", "softhouse replay RUN --plain", "softhouse watch --serve"):
        assert way in error


def test_a_terminal_that_cannot_be_drawn_on_is_none(tmp_path: Path, products: Path) -> None:
    with in_terminal("watch", cwd=tmp_path, env={"TERM": "dumb"}) as terminal:
        assert terminal.wait_end() == 2
    assert "TERM is not dumb" in terminal.text


def test_a_run_that_is_not_there_opens_nothing(softhouse: Softhouse, products: Path) -> None:
    assert "'nothing'" in softhouse("watch", "nothing").fails_with(2)


def test_a_theme_that_is_not_there_is_answered_with_those_that_are(softhouse: Softhouse) -> None:
    error = softhouse("watch", "--theme", "nigth").fails_with(2)
    for name in ("night", "day", "ember", "paper", "contrast"):
        assert name in error


@pytest.mark.parametrize("other", ["--plain", "--json"])
def test_a_window_is_neither_lines_nor_json(softhouse: Softhouse, other: str) -> None:
    assert "--tui" in softhouse("run", TASK, "--tui", other).fails_with(2)


def test_the_window_shows_all_runs_and_is_left_with_a_key(tmp_path: Path, products: Path) -> None:
    with in_terminal("watch", cwd=tmp_path) as terminal:
        terminal.wait_for("Tips")
        terminal.press("\x11")
        assert terminal.wait_end() == 0


def test_a_run_that_is_named_is_shown_first(tmp_path: Path, products: Path) -> None:
    with in_terminal("watch", "last", cwd=tmp_path) as terminal:
        terminal.wait_for("Coding")
        terminal.press("\x11")
        assert terminal.wait_end() == 0


def test_on_a_terminal_a_replay_is_played_in_the_window(tmp_path: Path, products: Path) -> None:
    with in_terminal("replay", "last", cwd=tmp_path) as terminal:
        terminal.wait_for("Coding")
        assert "\x1b[?1049h" in terminal.sent.decode("utf-8", "replace")
        terminal.press("\x11")
        assert terminal.wait_end() == 0


def test_with_plain_a_replay_is_lines_on_a_terminal_too(tmp_path: Path, products: Path) -> None:
    with in_terminal("replay", "last", "--plain", "--speed", "max", cwd=tmp_path) as terminal:
        assert terminal.wait_end() == 0
    assert "phase    1.coding Coding" in terminal.text
    assert b"\x1b[?1049h" not in terminal.sent


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_window_that_is_stopped_leaves_the_terminal_as_it_was(
    tmp_path: Path, products: Path, stop: signal.Signals
) -> None:
    with in_terminal("watch", cwd=tmp_path) as terminal:
        terminal.wait_for("Tips")
        terminal.stop(stop)
        terminal.wait_end()
    assert terminal.sent.rfind(b"\x1b[?1049l") > terminal.sent.rfind(b"\x1b[?1049h")


def test_a_run_in_the_window_ends_with_its_handover(tmp_path: Path) -> None:
    with (
        provider() as server,
        in_terminal(
            "run",
            TASK,
            *("--tui", "--company", "solo", "--model", model_at(server), "--sandbox", "none"),
            cwd=tmp_path,
        ) as terminal,
    ):
        terminal.wait_for("Coding")
        (folder,) = run_folders(tmp_path / "products")
        wait_until_ended(folder)
        terminal.press("\x11")
        assert terminal.wait_end() == 0
    for words in ("Product ", "Verdict ", "Cost ", f"softhouse show {folder.name}"):
        assert words in terminal.text


def wait_until_ended(folder: Path) -> None:
    """Wait until nobody works on a run any more."""
    until = time.monotonic() + PATIENCE
    while is_locked(folder / FILE_NAME):
        assert time.monotonic() < until, "the run does not end"
        time.sleep(0.05)


def test_the_themes_can_be_listed_without_a_terminal(softhouse: Softhouse) -> None:
    listed = softhouse("watch", "--theme", "list")

    assert (listed.code, listed.err) == (0, "")
    assert {"night", "day", "contrast"} <= set(listed.out.split())
