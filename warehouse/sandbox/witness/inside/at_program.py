"""A program that is used: in the window that it opens, in a browser where it serves, else at a terminal."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

import pyte

from .display import Screen, WindowGone, png
from .processes import listening, settle
from .program import COLUMNS, ROWS, Program
from .use import Action, CannotBeDone, Report, keep_picture, perform, place_in

APPEARS_SECONDS = 0.5
"""How long a program that has come to rest may take until its window is there."""
SETTLES_SECONDS = 0.3
"""How long what was done may take to be seen."""
SHOWN_COLOURS = 6
LEAST_SHARE = 0.01
KEYS = {
    "Enter": b"\r", "Tab": b"\t", "Escape": b"\x1b", "Backspace": b"\x7f", "Space": b" ",
    "Up": b"\x1b[A", "Down": b"\x1b[B", "Right": b"\x1b[C", "Left": b"\x1b[D",
}  # fmt: skip
SYMBOLS = {"Enter": "Return", "Backspace": "BackSpace", "Space": "space"}
"""What X calls the keys that it calls otherwise."""


class Terminal:
    """What a terminal of 80×24 shows of a program, and its keyboard."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._broken = ""

    def hear(self, data: bytes) -> None:
        """Show what the program wrote."""
        try:
            self._stream.feed(data)
        except Exception as error:  # whatever a program wrote: it is no reason to end
            self._broken = f"what it wrote could not be shown ({type(error).__name__})"

    def use(self, program: Program, actions: Sequence[Action]) -> Report:
        def give(data: bytes) -> None:
            if program.exit_code is not None:
                raise CannotBeDone("the program has ended")
            program.give(data)
            program.rest()

        def press(key: str) -> None:
            give(
                bytes([ord(key[-1].upper()) & 31])
                if key.startswith("Ctrl+")
                else KEYS.get(key, key.encode())
            )

        performed = perform(actions, {"type": lambda words: give(words.encode()), "press": press})
        return {"kind": "terminal", **performed}

    def shows(self) -> str:
        """What stands on the screen."""
        shown = "\n".join(line.rstrip() for line in self._screen.display).rstrip()
        return f"{shown}\n[{self._broken}]" if self._broken else shown


class Window:
    """The newest window of a program, and mouse and keyboard."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def use(self, program: Program, actions: Sequence[Action]) -> Report:
        try:
            verbs = {"click": self._click, "type": self._type, "press": self._press}
            performed = perform(actions, verbs)
            return {"kind": "window", **performed, **self._seen()}
        except (WindowGone, IndexError):
            return {"kind": "window", "done": 0, "fault": "its window is gone"}

    def _click(self, words: str) -> None:
        place = place_in(words)
        if place is None:
            raise CannotBeDone(
                "in a window you click on a place: 'click 120 40', from its top left"
            )
        left, top, _, _ = self._screen.box(self._window)
        self._screen.click(left + place[0], top + place[1])
        self._settle()

    def _type(self, words: str) -> None:
        self._screen.type(self._window, words)
        self._settle()

    def _press(self, key: str) -> None:
        self._screen.press(self._window, SYMBOLS.get(key, key))
        self._settle()

    @property
    def _window(self) -> int:
        windows = self._screen.windows()
        if not windows:
            raise CannotBeDone("its window is gone")
        return windows[-1]

    def _settle(self) -> None:
        time.sleep(SETTLES_SECONDS)

    def _seen(self) -> Report:
        window = self._screen.windows()[-1]
        box = self._screen.box(window)
        pixels = self._screen.pixels(box)
        keep_picture(png(box, pixels))
        found = Counter(memoryview(pixels).cast("I")).most_common(SHOWN_COLOURS)
        total = len(pixels) // 4
        colours = [
            f"#{colour & 0xFFFFFF:06x} {count / total:.0%}"
            for colour, count in found
            if count >= LEAST_SHARE * total
        ]
        title = self._screen.title(window)
        return {"title": title, "size": list(box[2:]), "colours": colours}


def use_program(argv: Sequence[str], actions: Sequence[Action], until: float) -> Report:
    """Start it, at a terminal and with a display, and use it in the way it offers."""
    screen = None
    with suppress(OSError):
        screen = Screen()
    terminal = Terminal()
    program = Program(
        argv,
        at_terminal=True,
        until=until,
        hears=terminal.hear,
        display=screen.name if screen else "",
    )
    try:
        program.rest()
        if screen is not None and screen.wait(lambda: bool(screen.windows()), _patience(program)):
            settle(time.monotonic() + SETTLES_SECONDS)
            report = Window(screen).use(program, actions)
        elif ports := listening():
            from .at_page import visit

            report = visit(f"http://127.0.0.1:{ports[0]}/", actions, served=True)
        else:
            report = terminal.use(program, actions)
        code = program.exit_code
    finally:
        program.stop()
    return {"terminal": terminal.shows(), **report, "exit_code": code}


def _patience(program: Program) -> float:
    return APPEARS_SECONDS if program.exit_code is None else 0.0
