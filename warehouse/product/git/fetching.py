"""git, as it fetches from elsewhere: with the user's own logins and proxies, which stay with git.

It works in a git directory of ours, so nothing of the other side is run: there are no hooks, and neither
submodules nor what git LFS keeps are followed.
"""

import os
import selectors
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from warehouse.errors import ProductError
from warehouse.product.git.command import GitCommand

SILENT = 60.0
"""Seconds after which a side that says nothing is given up."""
LONGEST = 1_800.0
"""Seconds that fetching may take."""
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "fetch.recurseSubmodules": "false",
    "fetch.writeCommitGraph": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
}
_PROTOCOLS = {"file": "file", "http": "http"}
_OVER_A_NETWORK = "https:ssh"
_MOST_KEPT = 50
"""Lines."""
Told = Callable[[str], None]
"""Is told what git says of its progress, a line at a time, and may raise to end it."""


def untold(_: str) -> None:
    """Nobody is told."""


class FetchingGit(GitCommand):
    """The git that fetches into one git directory of ours."""

    def __init__(self, git_dir: Path, scheme: str) -> None:
        """`scheme` is the one of the address; git follows it to no other kind of place."""
        super().__init__(git_dir, is_ours=True)
        user = self.as_the_user()
        self._environment = user._environment | {
            "GIT_ALLOW_PROTOCOL": _PROTOCOLS.get(scheme, _OVER_A_NETWORK)
        }
        for name in ("GIT_OBJECT_DIRECTORY", "GIT_ATTR_SOURCE", "GIT_WORK_TREE"):
            del self._environment[name]
        self._prefix = ["git"]
        for key, value in _SETTINGS.items():
            self._prefix += ["-c", f"{key}={value}"]

    def fetch(self, *arguments: str, told: Told) -> bytes:
        """Run a command that asks the other side, and return its output.

        Raises ProductError with git's words where it fails, or where the other side is silent.
        """
        guard = self._started(arguments, b"", index=False)
        process = guard.proc
        assert process is not None and process.stdout is not None and process.stderr is not None
        output, rest, said = bytearray(), b"", deque[bytes](maxlen=_MOST_KEPT)
        with _ended(process.kill), closing(_pieces(process.stdout, process.stderr)) as pieces:
            for piece, is_output in pieces:
                if is_output:
                    output += piece
                    continue
                *lines, rest = (rest + piece).replace(b"\r", b"\n").split(b"\n")
                said += lines
                for line in lines:
                    told(line.decode(errors="replace"))
        self._check(arguments[0], process.wait(), _fault([*said, rest]))
        return bytes(output)


def _pieces(output: IO[bytes], errors: IO[bytes]) -> Generator[tuple[bytes, bool]]:
    """What a process writes, and whether to its output. Raises ProductError where it takes too long."""
    until = time.monotonic() + LONGEST
    with selectors.DefaultSelector() as ready:
        for stream in (output, errors):
            ready.register(stream, selectors.EVENT_READ)
        while ready.get_map():
            found = ready.select(min(SILENT, max(0, until - time.monotonic())))
            if not found:
                raise ProductError("the other side did not answer in time")
            for key, _ in found:
                if piece := os.read(key.fd, 1 << 16):
                    yield piece, key.fileobj is output
                else:
                    ready.unregister(key.fileobj)


@contextmanager
def _ended(end: Callable[[], None]) -> Iterator[None]:
    """Let nothing of a process outlive what it is for."""
    try:
        yield
    except BaseException:
        end()
        raise


def _fault(lines: Sequence[bytes]) -> bytes:
    """Of what git said, the words that say what was wrong."""
    faults = [line for line in lines if line.startswith((b"fatal: ", b"error: ", b"ssh: "))]
    faults += [line for line in lines if b"denied" in line.lower()]
    return (faults or [*lines, b""])[0]
