"""Chromium without a window, spoken to by pipes in the protocol of its developer tools."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import selectors
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
REAL = Path("/usr/lib/chromium/chromium")
"""What Debian's script would start after asking the system this and that."""
OPTIONS = (
    "--headless=new",
    "--no-sandbox",  # its walls need user namespaces; ours are around it
    "--disable-gpu",
    "--in-process-gpu",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--enable-features=NetworkServiceInProcess2",
    "--disable-features=AudioServiceOutOfProcess,MediaRouter,OptimizationHints,Translate",
    "--renderer-process-limit=1",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-field-trial-config",
    "--disable-sync",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--password-store=basic",
    "--window-size=1024,768",
)
TO_IT, FROM_IT = 3, 4
"""The descriptors at which it listens and speaks."""
FREE = 10
"""From there on, descriptors are free to be had, but for those that are taken."""
CHUNK = 1024 * 1024
Json = dict[str, Any]


class BrowserGone(Exception):
    """It ended, or does not answer."""


class Refused(BrowserGone):
    """It does not do what it was asked: the page it was asked for may be gone."""


def find_browser() -> str | None:
    """The program; None where there is none."""
    if REAL.exists():
        return str(REAL)
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Browser:
    """One browser with one page; what the page does is in `events` until it is taken."""

    def __init__(self, program: str) -> None:
        self.events: list[Json] = []
        self._profile = tempfile.mkdtemp()
        self._said, self._number, self._session = bytearray(), 0, ""
        listens, self._to = os.pipe()
        self._from, speaks = os.pipe()
        self._process = subprocess.Popen(
            [program, *OPTIONS, f"--user-data-dir={self._profile}", "about:blank"],
            env={**os.environ, "HOME": self._profile},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(TO_IT, FROM_IT),
            preexec_fn=lambda: _place(listens, speaks),
        )
        os.close(listens)
        os.close(speaks)
        self._ready = selectors.DefaultSelector()
        self._ready.register(self._from, selectors.EVENT_READ)

    def open_page(self, seconds: float) -> None:
        """Have a page to speak to. Raises BrowserGone."""
        found = self.ask("Target.getTargets", seconds)["targetInfos"]
        page = next(each["targetId"] for each in found if each["type"] == "page")
        attached = self.ask("Target.attachToTarget", seconds, targetId=page, flatten=True)
        self._session = attached["sessionId"]

    def ask(self, method: str, seconds: float, **parameters: Any) -> Json:
        """Raises BrowserGone where no answer comes in time, Refused where it is a refusal."""
        until = time.monotonic() + seconds
        number = self.tell(method, **parameters)
        while True:
            message = self._next(until)
            if message is None:
                raise BrowserGone(f"{method} was not answered")
            if message.get("id") == number:
                if "error" in message:
                    raise Refused(message["error"]["message"])
                return dict(message["result"])

    def tell(self, method: str, **parameters: Any) -> int:
        """Without waiting for the answer."""
        self._number += 1
        message: Json = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        with contextlib.suppress(BrokenPipeError):
            os.write(self._to, json.dumps(message).encode() + b"\0")
        return self._number

    def has_answered(self, number: int, seconds: float) -> bool:
        """Whether the answer to something that was told comes in time."""
        until = time.monotonic() + seconds
        while (message := self._next(until)) is not None:
            if message.get("id") == number:
                return True
        return False

    def listen(self, seconds: float, event: str = "") -> bool:
        """Take in what the page does for so long, or until an event. Returns whether that came."""
        until = time.monotonic() + seconds
        while (message := self._next(until)) is not None:
            if event and message.get("method") == event:
                return True
        return False

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    def _next(self, until: float) -> Json | None:
        """The next message, kept if it is an event; None where none comes in time."""
        while b"\0" not in self._said:
            if not self._ready.select(max(0.0, until - time.monotonic())):
                return None
            data = os.read(self._from, CHUNK)
            if not data:
                raise BrowserGone("it ended")
            self._said += data
        raw, _, rest = self._said.partition(b"\0")
        self._said = rest
        message: Json = json.loads(raw)
        if message.get("method") == "Page.javascriptDialogOpening":
            self.tell("Page.handleJavaScriptDialog", accept=True)
        if "method" in message:
            self.events.append(message)
        return message


def _place(listens: int, speaks: int) -> None:
    """In the child: the pipes' ends where it looks for them, whichever numbers they have."""
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, FREE) for end in (listens, speaks)]
    os.dup2(ends[0], TO_IT)
    os.dup2(ends[1], FROM_IT)
