"""Commands, from their start until nothing they started is alive."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import selectors
import signal
import subprocess
import time
from pathlib import Path
from typing import IO, Any, cast

from .watch import Watch

PR_SET_DUMPABLE, PR_CAPBSET_DROP = 4, 24
CHUNK = 65536
TICK_SECONDS = 0.05
HOST = 0
Answer = tuple[dict[str, Any], bytes]
Child = subprocess.Popen


class Clipped:
    """The beginning and the end of a stream, at most `limit` bytes, whatever its length."""

    def __init__(self, limit: int) -> None:
        self.head_limit, self.tail_limit = limit - limit // 2, limit // 2
        self.head, self.tail, self.size = bytearray(), bytearray(), 0

    def add(self, data: bytes) -> None:
        self.size += len(data)
        room = self.head_limit - len(self.head)
        self.head += data[:room]
        self.tail += data[room:] if room > 0 else data
        if len(self.tail) > 2 * self.tail_limit + CHUNK:
            self._trim()

    def _trim(self) -> None:
        if len(self.tail) > self.tail_limit:
            del self.tail[: len(self.tail) - self.tail_limit]

    def finish(self) -> tuple[bytes, bool]:
        self._trim()
        left_out = self.size - len(self.head) - len(self.tail)
        if not left_out:
            return bytes(self.head + self.tail), False
        mark = b"\n[... %d bytes left out ...]\n" % left_out
        return bytes(self.head) + mark + bytes(self.tail), True


class Commands:
    def __init__(self, settings: dict[str, Any]) -> None:
        self.box: str = settings["box"]
        self.rlimits: dict[str, int] = settings["rlimits"]
        self.user: int | None = settings["user"]
        self.watch = Watch(settings)
        self.peak = 0
        self.libc = ctypes.CDLL(None, use_errno=True)
        if self.user is not None:
            self._reach_files_as(self.user)
        self.libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        self.wake_read, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        # A handler, Python's own for SIGINT included, would let the inside reach process 1.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)

    def _reach_files_as(self, user: int) -> None:
        """Files, pipes and what `/proc` tells of programs are the program's; all else stays ours."""
        if Path(self.box).stat().st_uid != user:
            os.chown(self.box, user, user)
        self.libc.setfsgid(user)
        self.libc.setfsuid(user)

    def execute(self, request: dict[str, Any], stdin: bytes) -> Answer:
        out_of_memory_before = self.watch.oom_kills()
        started = time.monotonic()
        try:
            child = self.spawn(request, stdin)
        except OSError as error:
            code = 127 if isinstance(error, FileNotFoundError) else 126
            text = f"{request['argv'][0]}: {error.strerror}\n".encode()
            return self.answer((code, "", False), started, (b"", False), (text, False))
        out, err = Clipped(request["output"]), Clipped(request["output"])
        outputs = {cast("IO[bytes]", child.stdout): out, cast("IO[bytes]", child.stderr): err}
        code, stopped = self._attend(child, stdin, outputs, started + request["seconds"])
        was_killed = stopped == "memory" or self.watch.oom_kills() > out_of_memory_before
        out_of_memory = was_killed or (code != 0 and self.watch.was_refused(self.peak))
        return self.answer((code, stopped, out_of_memory), started, out.finish(), err.finish())

    def answer(
        self,
        end: tuple[int, str, bool],
        started: float,
        out: tuple[bytes, bool],
        err: tuple[bytes, bool],
    ) -> Answer:
        code, stopped, out_of_memory = end
        answer = {
            "exit_code": code,
            "seconds": time.monotonic() - started,
            "stopped": stopped,
            "out_of_memory": out_of_memory,
            "stdout": len(out[0]),
            "truncated": out[1] or err[1],
        }
        return answer, out[0] + err[0]

    def spawn(self, request: dict[str, Any], stdin: bytes) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            request["argv"],
            env=request["env"],
            cwd=self.box,
            stdin=subprocess.PIPE if stdin or request["do"] == "talk" else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=lambda: self._become_killable(request["seconds"]),
            bufsize=0,
        )

    def _become_killable(self, seconds: float) -> None:
        """In the child: the kernel, short of memory, shall choose it and not the steward."""
        if self.user is not None:
            self._become(self.user)
        self.libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
        Path("/proc/self/oom_score_adj").write_text("1000")
        cpu = int(seconds) + 5
        for name, value in {**self.rlimits, "CPU": cpu, "CORE": 0}.items():
            which = getattr(resource, f"RLIMIT_{name}")
            hard = resource.getrlimit(which)[1]
            bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(which, (bound, bound))

    def _become(self, user: int) -> None:
        """In the child, for good: with no way back, and no capability for whoever comes after."""
        for capability in range(64):
            if self.libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
                break
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)

    def _attend(
        self,
        child: subprocess.Popen[bytes],
        stdin: bytes,
        outputs: dict[IO[bytes], Clipped],
        deadline: float,
    ) -> tuple[int, str]:
        """Until the command ends or has to be ended: move bytes, reap, watch the limits."""
        status, stopped = None, ""
        with selectors.DefaultSelector() as ready:
            ready.register(self.wake_read, selectors.EVENT_READ, "wake")
            ready.register(HOST, selectors.EVENT_READ, "host")
            for pipe, clipped in outputs.items():
                os.set_blocking(pipe.fileno(), False)
                ready.register(pipe, selectors.EVENT_READ, clipped)
            if child.stdin:
                os.set_blocking(child.stdin.fileno(), False)
                ready.register(child.stdin, selectors.EVENT_WRITE, memoryview(stdin))
            next_look = 0.0
            while status is None and not stopped:
                for key, _ in ready.select(TICK_SECONDS):
                    self._move(ready, key)
                status = self.reap(child.pid)
                now = time.monotonic()
                if now >= deadline:
                    stopped = "time"
                elif now >= next_look:
                    stopped, next_look = self.watch.excess(), now + TICK_SECONDS
        status = self.sweep(child.pid, status)
        for pipe, clipped in outputs.items():
            while data := pipe.read(CHUNK):
                clipped.add(data)
            pipe.close()
        if child.stdin:
            child.stdin.close()
        code = child.returncode = os.waitstatus_to_exitcode(status)
        # What a quick command left is there for the next one, and has to be known.
        if not stopped and self.watch.has_too_many_files():
            stopped = "files"
        # It may have ended by itself, and well, just as it was found out.
        code = code or -signal.SIGKILL if stopped else code
        return (code if code >= 0 else 128 - code), stopped

    def _move(self, ready: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
        if key.data == "wake":
            os.read(self.wake_read, CHUNK)
        elif key.data == "host":
            os._exit(1)  # it speaks in turn only: this is its end, and so everything's
        elif isinstance(key.data, memoryview):
            try:
                rest = key.data[os.write(key.fd, key.data[:CHUNK]) :]
            except BrokenPipeError:
                rest = memoryview(b"")
            if rest:
                ready.modify(key.fileobj, selectors.EVENT_WRITE, rest)
            else:
                ready.unregister(key.fileobj)
                cast("IO[bytes]", key.fileobj).close()
        elif data := os.read(key.fd, CHUNK):
            key.data.add(data)
        else:
            ready.unregister(key.fileobj)

    def reap(self, command: int) -> int | None:
        """Collect every process that has ended; the status of the command's own if among them."""
        status = None
        while True:
            try:
                pid, ending, used = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return status
            if pid == 0:
                return status
            if pid == command:
                status, self.peak = ending, used.ru_maxrss * 1024

    def sweep(self, command: int, status: int | None) -> int:
        """Kill and collect every other process in the sandbox."""
        while True:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            try:
                pid, ending, used = os.wait4(-1, 0)
            except ChildProcessError:
                return cast("int", status)
            if pid == command:
                status, self.peak = ending, used.ru_maxrss * 1024
