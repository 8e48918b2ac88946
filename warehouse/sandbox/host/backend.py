"""No sandbox at all: commands run as you, on this machine. Only for those who ask for it by name."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from warehouse import child_process
from warehouse.errors import SandboxError
from warehouse.sandbox.sandbox import (
    CommandResult,
    Dependencies,
    Installation,
    Limits,
    Sandbox,
    SandboxBackend,
    usual_limits,
)
from warehouse.sandbox.stacks.stack import Stack
from warehouse.sandbox.steward.commands import CHUNK, Clipped
from warehouse.sandbox.toolbox import INSIDE, TESTERS
from warehouse.sandbox.wire import is_inside

GRACE_SECONDS = 2.0


class HostBackend(SandboxBackend):
    """Bounds time, output and the size of one file; nothing else."""

    name = "host"

    async def available(self) -> str | None:
        return None

    async def open(
        self,
        files: Mapping[str, bytes],
        *,
        stack: Stack | None = None,
        dependencies: Dependencies | None = None,
        limits: Limits | None = None,
    ) -> HostSandbox:
        environment = stack.environment if stack else {}
        sandbox = HostSandbox(limits or usual_limits(stack), environment)
        await sandbox.write(files)
        return sandbox

    async def fingerprint(self) -> str:
        return self.name

    async def find_installed(self, key: str) -> Dependencies | None:
        return None

    async def install(self, installation: Installation) -> CommandResult:
        text = "Nothing is installed on the host for a product; use another sandbox."
        return CommandResult(installation.fetch, 1, "", text, 0.0, False, False, False)


class HostSandbox(Sandbox):
    """A temporary folder, and process groups that are killed at the end of their time."""

    name = "host"

    def __init__(self, limits: Limits, environment: Mapping[str, str]) -> None:
        self._limits = limits
        self._extra = environment
        self._folder = Path(tempfile.mkdtemp(prefix="softhouse-"))

    async def exec(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> CommandResult:
        started = time.monotonic()
        blocks = str(self._limits.disk_mb * 2048)
        process = await child_process.start(
            ["/bin/sh", "-c", 'ulimit -f "$1"; shift; exec "$@"', "sh", blocks, *map(_here, argv)],
            environment={**self._environment(), **self._extra, **(env or {})},
            folder=self._folder,
        )
        out, err = (Clipped(self._limits.output_kb * 1024) for _ in range(2))
        talk = asyncio.gather(
            _feed(process.stdin, stdin),
            _collect(process.stdout, out),
            _collect(process.stderr, err),
            process.wait(),
        )
        seconds = self._limits.seconds if seconds is None else seconds
        try:
            done, _ = await asyncio.wait([talk], timeout=seconds)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        # What left the group may hold the pipes for ever: it is not waited for.
        await asyncio.wait([talk], timeout=GRACE_SECONDS)
        timed_out, code = not done, process.returncode
        if code is None:
            talk.cancel()
            code = -signal.SIGKILL
        (stdout, cut_out), (stderr, cut_err) = out.finish(), err.finish()
        return CommandResult(
            argv=tuple(argv),
            exit_code=code if code >= 0 else 128 - code,
            stdout=stdout.decode(errors="replace"),
            stderr=stderr.decode(errors="replace"),
            seconds=time.monotonic() - started,
            timed_out=timed_out,
            out_of_memory=False,
            truncated=cut_out or cut_err,
        )

    async def write(self, files: Mapping[str, bytes]) -> None:
        for path, data in files.items():
            target = self._folder / path
            if not is_inside(path) or not target.parent.resolve().is_relative_to(self._folder):
                raise SandboxError(f"A file named {path!r:.200} cannot be put into a sandbox.")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            target.write_bytes(data)

    async def read(self, paths: Sequence[str] | None = None) -> dict[str, bytes]:
        files = {}
        for file in sorted(self._folder.rglob("*")):
            path = file.relative_to(self._folder).as_posix()
            if "__pycache__" in file.parts or (paths is not None and path not in paths):
                continue
            if file.is_file() and not file.is_symlink():
                files[path] = file.read_bytes()
        return files

    async def stop(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"
        return {
            "PATH": path,
            "HOME": str(self._folder),
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
        }


def _here(word: str) -> str:
    """A word of a command, with our own files as they are called on this machine."""
    return word.replace(f"{INSIDE}/testers/", f"{TESTERS}/")


async def _feed(pipe: asyncio.StreamWriter | None, data: bytes) -> None:
    if pipe is not None:
        with contextlib.suppress(ConnectionError):
            pipe.write(data)
            await pipe.drain()
            pipe.close()


async def _collect(pipe: asyncio.StreamReader | None, output: Clipped) -> None:
    while pipe is not None and (data := await pipe.read(CHUNK)):
        output.add(data)
