"""A command that the host speaks with while it runs: what either says is handed on as it comes.

The host's words are frames, a big-endian 32-bit length and so many bytes; an empty one ends them. What
the command writes to standard output goes to the host as messages that say `said`.
"""

from __future__ import annotations

import os
import selectors
import struct
import time
from collections.abc import Callable
from typing import IO, Any, cast

from .commands import CHUNK, HOST, TICK_SECONDS, Answer, Child, Clipped, Commands

LENGTH = struct.Struct(">I")


class Talks:
    """Holds one talk at a time."""

    def __init__(self, commands: Commands, send: Callable[..., None]) -> None:
        self._commands = commands
        self._send = send

    def hold(self, request: dict[str, Any], _: bytes) -> Answer:
        """Until the command has ended, and nothing that it started is alive."""
        started = time.monotonic()
        try:
            child = self._commands.spawn(request, b"")
        except OSError as error:
            self._send({"talks": False})
            text = f"{request['argv'][0]}: {error.strerror}\n".encode()
            return self._commands.answer((127, "", False), started, (b"", False), (text, False))
        self._send({"talks": True})
        talk = _Talk(self._commands, self._send, child, request["output"])
        end = talk.hold(started + request["seconds"])
        return self._commands.answer(end, started, (b"", False), talk.errors.finish())


class _Talk:
    def __init__(
        self,
        commands: Commands,
        send: Callable[..., None],
        child: Child[bytes],
        output: int,
    ) -> None:
        self._commands, self._send, self._child = commands, send, child
        self._stdin = cast("IO[bytes]", child.stdin)
        self._stdout = cast("IO[bytes]", child.stdout)
        self._stderr = cast("IO[bytes]", child.stderr)
        self.errors = Clipped(output)
        self._heard, self._unread, self._is_over = bytearray(), bytearray(), False
        self._ready = selectors.DefaultSelector()

    def hold(self, deadline: float) -> tuple[int, str, bool]:
        child, ready = self._child, self._ready
        ready.register(self._commands.wake_read, selectors.EVENT_READ, self._wake)
        ready.register(HOST, selectors.EVENT_READ, self._hear)
        ready.register(self._stdout, selectors.EVENT_READ, self._tell)
        ready.register(self._stderr, selectors.EVENT_READ, self._note)
        pipes = self._stdin, self._stdout, self._stderr
        for pipe in pipes:
            os.set_blocking(pipe.fileno(), False)
        status, stopped, next_look = None, "", 0.0
        while status is None and not stopped:
            for key, _ in ready.select(TICK_SECONDS):
                key.data(key.fd)
            status, now = self._commands.reap(child.pid), time.monotonic()
            if now >= deadline:
                stopped = "time"
            elif now >= next_look:
                stopped, next_look = self._commands.watch.excess(), now + TICK_SECONDS
        status = self._commands.sweep(child.pid, status)
        while data := self._stdout.read(CHUNK):
            self._send({"said": True}, data)
        while data := self._stderr.read(CHUNK):
            self.errors.add(data)
        ready.close()
        for pipe in pipes:
            pipe.close()
        code = child.returncode = os.waitstatus_to_exitcode(status)
        return (code if code >= 0 else 128 - code), stopped, stopped == "memory"

    def _wake(self, fd: int) -> None:
        os.read(fd, CHUNK)

    def _hear(self, fd: int) -> None:
        data = os.read(fd, CHUNK)
        if not data:
            os._exit(1)  # the host is gone: this is everything's end
        self._heard += data
        while len(self._heard) >= LENGTH.size:
            (length,) = LENGTH.unpack_from(self._heard)
            if len(self._heard) < LENGTH.size + length:
                break
            self._unread += self._heard[LENGTH.size : LENGTH.size + length]
            del self._heard[: LENGTH.size + length]
            self._is_over = self._is_over or not length
        self._feed()

    def _feed(self, _: int = 0) -> None:
        """Write what the command has not read yet; wait where it reads slowly."""
        is_waiting = self._stdin in self._ready.get_map()
        try:
            while self._unread:
                del self._unread[: os.write(self._stdin.fileno(), self._unread[:CHUNK])]
        except BlockingIOError:
            if not is_waiting:
                self._ready.register(self._stdin, selectors.EVENT_WRITE, self._feed)
            return
        except BrokenPipeError:
            self._unread.clear()
        if is_waiting:
            self._ready.unregister(self._stdin)
        if self._is_over and not self._stdin.closed:
            self._stdin.close()

    def _tell(self, fd: int) -> None:
        if data := os.read(fd, CHUNK):
            self._send({"said": True}, data)
        else:
            self._ready.unregister(fd)

    def _note(self, fd: int) -> None:
        if data := os.read(fd, CHUNK):
            self.errors.add(data)
        else:
            self._ready.unregister(fd)
