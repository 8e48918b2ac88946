"""Programs with a window: the right ones start, the near misses do not, each with its reason."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.support.engine import give_up
from tests.support.sandboxes import make_backend
from warehouse.events import Picture, Sighting
from warehouse.sandbox.sandbox import Dependencies, Sandbox
from warehouse.sandbox.stacks.cards import stacks
from warehouse.sandbox.witness import window
from warehouse.sandbox.witness.registry import witnessed
from warehouse.sandbox.witness.witness import Start, is_picture

TK = """\
import time
import tkinter as tk
from tkinter import messagebox

root = tk.Tk()
root.geometry("200x200")
{}
root.mainloop()
"""
COUNTER = """\
n = tk.IntVar()
tk.Label(root, textvariable=n).pack()
tk.Button(root, text="Add", command=lambda: {}).pack(fill="both", expand=True)
"""
GAME = """\
import time

import pygame

pygame.init()
screen = pygame.display.set_mode((320, 240))
clock, x = pygame.time.Clock(), 0
while x is not None:
    screen.fill({colour!r})
    pygame.draw.rect(screen, "red", ({x}, 100, 20, 20))
    pygame.display.flip()
    clock.tick(60)
    x += 3
    for event in {events}:
        if event.type == pygame.QUIT:
            {end}
"""
MUTE = """\
import sys

sys.path.append("/opt/softhouse/witness_lib")
from Xlib import X, display

there = display.Display()
screen = there.screen()
delete, ping = map(there.intern_atom, ("WM_DELETE_WINDOW", "_NET_WM_PING"))
window = screen.root.create_window(
    0, 0, 200, 200, 0, screen.root_depth, background_pixel=screen.white_pixel, event_mask=X.ExposureMask
)
window.set_wm_protocols([delete, ping])
window.map()
pen = window.create_gc(foreground=screen.black_pixel)
while True:
    event = there.next_event()
    if event.type == X.Expose:
        window.fill_rectangle(pen, 20, 20, 50, 50)
    elif event.type == X.ClientMessage and event.data[1][0] == delete:
        break
"""
STILL = {"colour": "black", "x": 50, "events": "pygame.event.get()", "end": "x = None"}


class Place:
    """An open sandbox, and what a witness sees of the programs that are started in it."""

    def __init__(self, runner: asyncio.Runner, sandbox: Sandbox) -> None:
        self.runner, self.sandbox = runner, sandbox
        self.kept: list[bytes] = []

    def see(self, program: str) -> Sighting | None:
        return self.runner.run(self._seen(program))

    async def _seen(self, program: str) -> Sighting | None:
        await self.sandbox.write({"main.py": program.encode()})
        argv = ("python3", "main.py")
        self.start = Start(self.sandbox, stacks()["python"], {}, argv, 5.0, self._keep)
        return await witnessed(self.start)

    def _keep(self, title: str, png: bytes) -> Picture:
        self.kept.append(png)
        return Picture(f"seen-{len(self.kept):024}.png", title, len(png))


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Place]:
    """A sandbox in which pygame is installed."""
    packages = folder / "packages"
    for name in ("pygame", "pygame.libs"):
        shutil.copytree(str(distribution("pygame").locate_file(name)), packages / name)
    with asyncio.Runner() as runner:
        backend = runner.run(make_backend(kind, folder / "cache"))
        installed = Dependencies("pygame", str(packages))
        sandbox = runner.run(backend.open({}, stack=stacks()["python"], dependencies=installed))
        yield Place(runner, sandbox)
        runner.run(sandbox.stop())
        runner.run(backend.close())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    if not shutil.which("Xvfb"):
        give_up("needs Xvfb")
    with opened("bubblewrap", tmp_path_factory.mktemp("windows")) as place:
        yield place


RIGHT = {
    "a counter": (
        TK.format(COUNTER.format("n.set(n.get() + 1)")),
        "opens a window of 200×200 that changes with clicks and keys, and closes",
    ),
    "a sign": (
        TK.format("tk.Label(root, text='Closed on Mondays').pack()"),
        "opens a window of 200×200 that waits after clicks and keys, and closes",
    ),
    "one that answers no ping, but closes": (
        MUTE,
        "opens a window of 200×200 that waits after clicks and keys, and closes",
    ),
    "one that asks back": (
        TK.format(
            COUNTER.format("messagebox.showinfo('About', 'me')")
            + "root.protocol('WM_DELETE_WINDOW', lambda: messagebox.askyesno('Quit', '?') and root.destroy())"
        ),
        "opens a window of 200×200 that changes with clicks and keys, and closes",
    ),
    "one that is done at a click": (
        TK.format(COUNTER.format("root.destroy()")),
        "opens a window of 200×200 that ends with a click or key",
    ),
    "a game": (
        GAME.format(**STILL | {"x": "x % 300"}),
        "opens a window of 320×240 that changes with clicks and keys, and closes",
    ),
}


@pytest.mark.parametrize("program", RIGHT)
def test_a_right_window_starts_and_is_photographed(place: Place, program: str) -> None:
    text, told = RIGHT[program]
    sighting = place.see(text)
    assert sighting is not None
    assert (sighting.holds, sighting.how, sighting.unseen) == (True, told, ())
    assert sighting.pictures[0].title == "The window at first"
    assert len(sighting.pictures) == (2 if "changes" in told else 1)
    assert all(is_picture(png) for png in place.kept)


WRONG = {
    "a black window": (TK.format("root.configure(bg='black')"), "one colour only, #000000"),
    "a button that blocks": (TK.format(COUNTER.format("time.sleep(99)")), "it is frozen"),
    "a button that breaks": (TK.format(COUNTER.format("1 / 0")), "breaks while its window is used"),
    "one that dies of its first key": (
        TK.format("tk.Label(root, text='!').pack()\nroot.bind('<Key>', lambda _: exit(3))"),
        "exit code 3 after clicks and keys",
    ),
    "one that ends before its window": (TK.format("root.nothing()"), "exit code 1 when its window"),
    "one that never closes": (
        TK.format("tk.Label(root, text='!').pack()\nroot.protocol('WM_DELETE_WINDOW', int)"),
        "does not react to being closed",
    ),
    "a black game": (GAME.format(**STILL | {"x": 999}), "one colour only, #000000"),
    "a game that hears nothing": (
        GAME.format(**STILL | {"events": "()"}),
        "frozen: it does not answer",
    ),
    "a game that breaks at its end": (
        GAME.format(**STILL | {"end": "pygame.quit()"}),
        "exit code 1 when its window is closed",
    ),
    "a game that dies of a key": (
        GAME.format(
            **STILL
            | {"events": "[1 // (event.type != 768) and event for event in pygame.event.get()]"}
        ),
        "exit code 1 after clicks and keys",
    ),
}


@pytest.mark.parametrize("program", WRONG)
def test_a_near_miss_does_not_start_and_its_reason_is_told(place: Place, program: str) -> None:
    text, why = WRONG[program]
    sighting = place.see(text)
    assert sighting is not None
    assert sighting.holds is False
    assert why in sighting.how


def test_one_that_only_looks_for_a_display_is_judged_as_it_ends_without_one(place: Place) -> None:
    looks = "import tkinter\ntry:\n    tkinter.Tk().destroy()\nexcept tkinter.TclError:\n    print('none')\n"
    assert place.see(looks) is None
    ended = place.runner.run(place.start.bare())
    assert (ended.exit_code, ended.stdout) == (0, "none\n")


def test_a_program_that_reaches_for_none_is_started_once_and_ends_as_it_does(place: Place) -> None:
    sighting = place.see("print(len(open('ran', 'a').write('x') * 'x'))\nraise SystemExit(3)\n")
    assert sighting is not None
    assert (sighting.exit_code, sighting.output) == (3, "1")
    assert sighting.command == ("python3", "main.py")
    assert place.runner.run(place.sandbox.read(["ran"])) == {"ran": b"x"}


def test_without_an_x_server_its_window_is_unseen(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = 'python=$(command -v "$0"); PATH=/nowhere exec "$python" "$@"'
    monkeypatch.setattr(window, "USE", ("sh", "-c", found, *window.USE))
    sighting = place.see(RIGHT["a sign"][0])
    assert sighting is not None
    assert sighting.holds is None
    assert sighting.how == "needs a display, which this sandbox does not have"
    assert sighting.pictures == ()


@pytest.mark.engine
def test_docker_opens_windows_as_well(tmp_path: Path) -> None:
    with opened("docker", tmp_path) as place:
        seen = [place.see(RIGHT[each][0]) for each in ("a counter", "a game")]
        assert [sighting and sighting.holds for sighting in seen] == [True, True]
        assert all(is_picture(png) for png in place.kept)
        black = place.see(WRONG["a black window"][0])
        assert black is not None
        assert "one colour only" in black.how
