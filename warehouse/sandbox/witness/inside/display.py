"""An X server of our own inside the sandbox, with eyes and hands: what it shows, clicks and keys.

There is no window manager: where one would be, we send what it would send.
"""

from __future__ import annotations

import os
import struct
import subprocess
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from Xlib import XK, X
from Xlib.display import Display
from Xlib.error import XError
from Xlib.protocol.event import ClientMessage

SIZE = (1024, 768)
TICK_SECONDS = 0.02
WindowGone = XError
"""Raised for a window that is there no more."""
Box = tuple[int, int, int, int]
"""Left, top, width and height."""


class Screen:
    """One X server and what stands on it."""

    def __init__(self) -> None:
        """Start the server. Raises OSError where there is none."""
        ready, tells = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(tells), "-screen", "0", "{}x{}x24".format(*SIZE),
             "-nolisten", "tcp", "-noreset", "-ac"],
            pass_fds=[tells],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(tells)
        with os.fdopen(ready) as told:
            number = told.readline().strip()
        if not number:
            raise OSError("the X server did not start")
        self.name = f":{number}"
        self._display = Display(self.name)
        self._root = self._display.screen().root
        self._root.change_attributes(event_mask=X.SubstructureNotifyMask)
        self._protocols, self._ping, self._delete = (
            self._display.intern_atom(name)
            for name in ("WM_PROTOCOLS", "_NET_WM_PING", "WM_DELETE_WINDOW")
        )

    def windows(self) -> list[int]:
        """The ids of the windows that a person would see as such, the newest last."""
        return [window.id for window in self._root.query_tree().children if self._shows(window)]

    def _shows(self, window: Any) -> bool:
        with suppress(XError):
            about, place = window.get_attributes(), window.get_geometry()
            is_plain = about.win_class == X.InputOutput and not about.override_redirect
            return bool(
                is_plain and about.map_state == X.IsViewable and min(place.width, place.height) > 1
            )
        return False

    def box(self, window: int) -> Box:
        """Where the window is, as far as that is on the screen."""
        place = self._window(window).get_geometry()
        left, top = max(0, place.x), max(0, place.y)
        right, bottom = min(SIZE[0], place.x + place.width), min(SIZE[1], place.y + place.height)
        return left, top, max(1, right - left), max(1, bottom - top)

    def pixels(self, box: Box) -> bytes:
        """What is seen there: four bytes a pixel, blue, green, red and nothing."""
        image = self._root.get_image(*box, X.ZPixmap, 0xFFFFFFFF)
        return bytes(image.data)

    def click(self, left: int, top: int) -> None:
        self._display.xtest_fake_input(X.MotionNotify, x=left, y=top)
        self._display.xtest_fake_input(X.ButtonPress, 1)
        self._display.xtest_fake_input(X.ButtonRelease, 1)
        self._display.sync()

    def press(self, window: int, *keys: str) -> None:
        """Press keys by their names, in the window."""
        with suppress(XError):
            self._window(window).set_input_focus(X.RevertToPointerRoot, X.CurrentTime)
            self._display.sync()
        for key in keys:
            code = self._display.keysym_to_keycode(XK.string_to_keysym(key))
            self._display.xtest_fake_input(X.KeyPress, code)
            self._display.xtest_fake_input(X.KeyRelease, code)
        self._display.sync()

    def type(self, window: int, text: str) -> None:
        """Type a text, in the window; what the keyboard has no key for is left out."""
        self.press(window)
        shift = self._display.keysym_to_keycode(XK.XK_Shift_L)
        for sign in map(ord, text):
            code = self._display.keysym_to_keycode(sign)
            is_shifted = self._display.keycode_to_keysym(code, 0) != sign
            keys = [shift, code] if is_shifted else [code]
            for key in keys if code else []:
                self._display.xtest_fake_input(X.KeyPress, key)
            for key in reversed(keys) if code else []:
                self._display.xtest_fake_input(X.KeyRelease, key)
        self._display.sync()

    def title(self, window: int) -> str:
        """What stands in its title bar."""
        with suppress(XError):
            for name in ("_NET_WM_NAME", "WM_NAME"):
                named = self._window(window).get_full_property(
                    self._display.intern_atom(name), X.AnyPropertyType
                )
                if named is not None:
                    value = named.value
                    return (
                        value if isinstance(value, str) else bytes(value).decode(errors="replace")
                    )
        return ""

    def answers(self, window: int, seconds: float) -> bool | None:
        """Whether the window's program is there to answer; None where it never said that it would."""
        if not self._tell(window, self._ping):
            return None
        return self.wait(lambda: self._was_answered(window), seconds)

    def close(self, window: int) -> bool:
        """Ask the window to close, as a click on its cross does; False where it cannot be asked."""
        return self._tell(window, self._delete)

    def wait(self, until: Callable[[], bool], seconds: float) -> bool:
        """Wait for something; False where it did not come about."""
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() >= end:
                return False
            time.sleep(TICK_SECONDS)
        return True

    def _was_answered(self, window: int) -> bool:
        while self._display.pending_events():
            event = self._display.next_event()
            is_ping = event.type == X.ClientMessage and event.client_type == self._protocols
            if is_ping and tuple(event.data[1][0:3:2]) == (self._ping, window):
                return True
        return False

    def _tell(self, window: int, what: int) -> bool:
        """Send one of the window manager's words, if the window knows it."""
        place = self._window(window)
        with suppress(XError):
            known = place.get_full_property(self._protocols, X.AnyPropertyType)
            if known is None or what not in known.value:
                return False
            words = [what, X.CurrentTime, window, 0, 0]
            place.send_event(
                ClientMessage(window=place, client_type=self._protocols, data=(32, words))
            )
            self._display.sync()
            return True
        return False

    def _window(self, window: int) -> Any:
        return self._display.create_resource_object("window", window)


def is_colourful(pixels: bytes) -> bool:
    """Whether there is more than one colour."""
    return pixels != pixels[:4] * (len(pixels) // 4)


def png(box: Box, pixels: bytes) -> bytes:
    """The pixels as a PNG file."""
    _, _, width, height = box
    colours = bytearray(3 * width * height)
    for channel in range(3):
        colours[channel::3] = pixels[2 - channel :: 4]
    step = 3 * width
    rows = b"".join(b"\0" + colours[row * step : (row + 1) * step] for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
