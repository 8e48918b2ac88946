"""git, as it fetches from elsewhere: with the user's own logins and proxies, which stay with git.

It works in a git directory of ours, so nothing of the other side is run: there are no hooks, and neither
submodules nor what git LFS keeps are followed.
"""

import errno
import os
import re
import resource
import selectors
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO

from warehouse.errors import ProductError
from warehouse.product.git.command import GitCommand, TooMuch

SILENT = 60.0
"""Seconds after which a side that says nothing is given up."""
LONGEST = 1_800.0
"""Seconds that fetching may take."""
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "fetch.recurseSubmodules": "false",
    # One file for what comes, where it would be thousands: its size can be bounded while it grows.
    "fetch.unpackLimit": "1",
    "transfer.unpackLimit": "1",
    "fetch.writeCommitGraph": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
}
_PROTOCOLS = {"file": "file", "http": "http"}
_OVER_A_NETWORK = "https:ssh"
_MOST_KEPT = 50
"""Lines."""
_LONGEST_OUTPUT = 1 << 20
_LONGEST_LINE = 1 << 16
_LOGIN = re.compile(rb"//[^/\s]+@")
"""What stands before the host, where a setting of the user's has put a login into an address."""
Told = Callable[[str], None]
"""Is told what git says of its progress, a line at a time, and may raise to end it."""


def untold(_: str) -> None:
    """Nobody is told."""


class FetchingGit(GitCommand):
    """The git that fetches into one git directory of ours."""

    def __init__(self, git_dir: Path, scheme: str, most: int) -> None:
        """`scheme` is the one of the address; git follows it to no other kind of place. The git directory
        may have `most` bytes of objects.
        """
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
        self._most = most
        # In a session of its own, so that all of it can be ended, and nothing of it asks on the terminal.
        self._started_with = {"start_new_session": True, "preexec_fn": self._bound}

    def fetch(self, *arguments: str, told: Told) -> bytes:
        """Run a command that asks the other side, and return its output.

        Raises ProductError with git's words where it fails, or where the other side is silent; TooMuch
        where there are more objects than are wanted.
        """
        self._check_size()
        guard = self._started(arguments, b"", index=False)
        process = guard.proc
        assert process is not None and process.stdout is not None and process.stderr is not None
        output, rest, said = bytearray(), b"", deque[bytes](maxlen=_MOST_KEPT)
        with _ended(process.pid), closing(_pieces(process.stdout, process.stderr)) as pieces:
            for piece, is_output in pieces:
                if is_output:
                    output += piece
                    if len(output) > _LONGEST_OUTPUT:
                        raise ProductError("the other side says more than is wanted")
                    continue
                *lines, rest = (rest + piece).replace(b"\r", b"\n").split(b"\n")
                rest = rest[-_LONGEST_LINE:]
                lines = [_LOGIN.sub(b"//", line) for line in lines]
                said += lines
                self._check_size()
                for line in lines:
                    told(line.decode(errors="replace"))
        fault = _fault([*said, _LOGIN.sub(b"//", rest)])
        if process.wait() != 0 and os.strerror(errno.EFBIG).encode() in fault:
            raise self._too_much()
        self._check(arguments[0], process.returncode, fault)
        self._check_size()
        return bytes(output)

    def _bound(self) -> None:
        """In the child: no file is longer than all of it may be, however fast it comes."""
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # it shall say so, not die of it
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._most, self._most))

    def _check_size(self) -> None:
        if _bytes_below(self.git_dir / "objects") > self._most:
            raise self._too_much()

    def _too_much(self) -> TooMuch:
        return TooMuch(f"its history has more than {self._most >> 20:,} MB")


def _bytes_below(folder: Path) -> int:
    """What lies there, where git renames and removes files meanwhile."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += (Path(parent) / name).lstat().st_size
    return total


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
def _ended(leader: int) -> Iterator[None]:
    """Let nothing of a session outlive what it is for."""
    try:
        yield
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(leader, signal.SIGKILL)
        raise


def _fault(lines: Sequence[bytes]) -> bytes:
    """Of what git said, the words that say what was wrong."""
    faults = [line for line in lines if line.startswith((b"fatal: ", b"error: ", b"ssh: "))]
    faults += [line for line in lines if b"denied" in line.lower()]
    return (faults or [*lines, b""])[0]
