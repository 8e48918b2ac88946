"""Leaving the window and coming back: q, Ctrl-C and Ctrl-Z do what they do everywhere."""

import signal
import sys
from pathlib import Path

import pytest
from textual.widgets import TextArea

from tests.support.command_line import ROOT
from tests.support.terminal import program_in_terminal
from tests.tui.test_steering_keys import watched
from tui.app import Window
from tui.screens.questions import QuitScreen
from warehouse.runs.folders import DEMOS

DEMO = DEMOS / "demo"
SHELL = "import pty; pty.spawn(['bash', '--norc', '--noprofile', '-i'])"
"""A shell with job control, which needs a terminal that is its own."""
OWN_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
"""Becomes another program whose terminal is its own, so that losing it is a signal too."""
CTRL_Z = "\x1a"


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_the_window_is_left_with_the_keys_that_people_try(tmp_path: Path, key: str) -> None:
    window = Window(tmp_path, DEMO)
    async with window.run_test() as pilot:
        await pilot.pause()
        await pilot.press(key)
        assert not window.is_running


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_leaving_a_run_begun_here_is_asked_about(tmp_path: Path, key: str) -> None:
    async with watched(tmp_path) as w:
        await w.press(key)
        assert isinstance(w.window.screen, QuitScreen)
        assert w.window.is_running
        await w.press("escape")


async def test_ctrl_c_copies_what_is_selected_in_a_field_and_stays(tmp_path: Path) -> None:
    async with watched(tmp_path) as w:
        await w.press("i", *"be brief")
        w.window.screen.query_one(TextArea).select_all()
        await w.press("ctrl+c")
        assert w.window.clipboard == "be brief"
        assert w.window.is_running
        await w.press("delete", "ctrl+z")
        assert w.window.screen.query_one(TextArea).text == "be brief", "and ctrl+z takes back"


def test_ctrl_z_gives_the_shell_back_and_fg_the_window(tmp_path: Path) -> None:
    watch = f"{sys.executable} -P -m softhouse replay demo"
    environment = {"PYTHONPATH": str(ROOT), "SOFTHOUSE_CONFIG": str(tmp_path), "PS1": "shell> "}
    with program_in_terminal(
        [sys.executable, "-c", SHELL], cwd=tmp_path, env=environment
    ) as terminal:
        terminal.wait_for("shell>")
        terminal.press(f"stty cols 120 rows 40; {watch}\n")
        terminal.wait_for("All runs")
        terminal.press(CTRL_Z)
        terminal.wait_for("Stopped")
        terminal.press("fg\n")
        terminal.wait_for("All runs")
        terminal.press("q")
        terminal.wait_for("shell>")
        terminal.stop(signal.SIGHUP)


@pytest.mark.parametrize("first", [[], ["-c", OWN_TERMINAL]], ids=["no signal", "a signal"])
def test_the_window_ends_when_its_terminal_is_taken_away(tmp_path: Path, first: list[str]) -> None:
    command = [sys.executable, *first, "-P", "-m", "softhouse", "replay", "demo", "--speed", "max"]
    environment = {"PYTHONPATH": str(ROOT), "SOFTHOUSE_CONFIG": str(tmp_path)}
    with program_in_terminal(command, cwd=tmp_path, env=environment) as terminal:
        terminal.wait_for("All runs")
        terminal.hang_up()
        terminal.wait_end()
