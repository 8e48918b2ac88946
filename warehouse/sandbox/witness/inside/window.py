"""Starts a program on a display of its own, uses its window as a person would, and tells what it saw.

Standard output carries the report alone, as one JSON object; the program has standard error for both of
its streams. The pictures lie below /box. What is made of it all is decided outside.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path

from .display import Screen, WindowGone, is_colourful, png
from .places import AFTER, BEFORE

APPEARS_SECONDS = 8.0
"""How long a window may take to be there."""
PAINTS_SECONDS = 3.0
"""How long it may take to show more than one colour."""
ANSWERS_SECONDS = 3.0
"""How long a program may be busy before it counts as frozen."""
SETTLES_SECONDS = 0.2
"""How long what was done may take to be seen."""
DIALOG_SECONDS = 0.5
CLOSES_SECONDS = 2.0
ENDS_SECONDS = 1.0
"""How long a program may take to end when its window is gone."""
PR_SET_DUMPABLE = 4
WITHOUT_DEVICES = {"SDL_AUDIODRIVER": "dummy", "SDL_FRAMEBUFFER_ACCELERATION": "0"}
"""There is nothing to hear with, and to draw by way of OpenGL takes a processor seconds to begin."""
KEYS = ("Return", "space", "Right", "Left", "Up", "Down", "a")


class Use:
    """A program and its window while it is used; `facts` are what was seen of it."""

    def __init__(self, screen: Screen, argv: list[str]) -> None:
        self.screen = screen
        self.facts: dict[str, object] = {}
        environment = {**os.environ, **WITHOUT_DEVICES, "DISPLAY": screen.name}
        self.program = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=environment
        )

    def whole(self) -> dict[str, object]:
        """From the start to the end, or until it goes wrong; `step` says how far it came."""
        for step in (self._start, self._use, self._close):
            self.facts["step"] = step.__name__[1:]
            try:
                if not step() or self._ended():
                    break
            except WindowGone:
                self._ended(ENDS_SECONDS)
                break
        return {**self.facts, "exit_code": self.program.poll()}

    def _start(self) -> bool:
        """Wait for its window, and until that shows more than one colour."""
        self.screen.wait(lambda: self._ended() or bool(self.screen.windows()), APPEARS_SECONDS)
        windows = self.screen.windows()
        if not windows:
            return False
        self.window = windows[-1]
        self.box = self.screen.box(self.window)
        self.facts["size"] = self.box[2:]
        self.screen.wait(lambda: self._ended() or is_colourful(self._pixels()), PAINTS_SECONDS)
        self.before = self._photograph(BEFORE)
        return True

    def _use(self) -> bool:
        """Click on nine places and press keys."""
        left, top, width, height = self.box
        for row in (1, 3, 5):
            for column in (1, 3, 5):
                self.screen.click(left + width * column // 6, top + height * row // 6)
        self.screen.press(self.window, *KEYS)
        answers = self.screen.answers(self.window, ANSWERS_SECONDS)
        if self._ended(SETTLES_SECONDS) or self.window not in self.screen.windows():
            self._ended(ENDS_SECONDS)
            return False
        after = self._photograph(AFTER)
        self.facts |= {"answers": answers, "changed": after != self.before}
        return True

    def _close(self) -> bool:
        """Close what stands open, what the program asks first."""
        for dialog in self.screen.windows():
            if dialog != self.window:
                self.screen.press(dialog, "Return")
                self.screen.close(dialog)
                self._gone(dialog, DIALOG_SECONDS)
        known = set(self.screen.windows())
        if self.screen.close(self.window):
            closed = lambda: self._ended() or set(self.screen.windows()) != known  # noqa: E731
            self.facts["closes"] = self.screen.wait(closed, CLOSES_SECONDS)
            self._ended(ENDS_SECONDS if not self.screen.windows() else 0.0)
        return True

    def _gone(self, window: int, seconds: float) -> None:
        self.screen.wait(lambda: window not in self.screen.windows(), seconds)

    def _ended(self, seconds: float = 0.0) -> bool:
        """Whether the program ends within that time."""
        return self.screen.wait(lambda: self.program.poll() is not None, seconds)

    def _pixels(self) -> bytes:
        return self.screen.pixels(self.box)

    def _photograph(self, path: str) -> bytes:
        """Keep what is seen of the window now."""
        pixels = self._pixels()
        self.facts["colour"] = "" if is_colourful(pixels) else f"#{pixels[2::-1].hex()}"
        picture = Path(path)
        picture.parent.mkdir(exist_ok=True)
        picture.write_bytes(png(self.box, pixels))
        return pixels


def main() -> None:
    """Use the window of the program that the arguments start, and report."""
    # What the program runs as could else write to our standard output.
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    try:
        screen = Screen()
    except OSError:
        report: dict[str, object] = {"step": ""}
    else:
        report = Use(screen, sys.argv[1:]).whole()
    sys.stdout.write(json.dumps(report))
