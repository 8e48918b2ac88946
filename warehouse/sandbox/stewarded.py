"""Sandboxes whose process 1 is our steward: the same behaviour whatever built the walls."""

from __future__ import annotations

import asyncio
import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from warehouse.errors import SandboxError
from warehouse.sandbox import wire
from warehouse.sandbox.lasting import FragileSandbox, LastingSandbox
from warehouse.sandbox.package_settings import package_settings
from warehouse.sandbox.sandbox import (
    CommandResult,
    Dependencies,
    Installation,
    Limits,
    Sandbox,
    SandboxBackend,
    usual_limits,
)
from warehouse.sandbox.served import SandboxedProgram, ServedProgram
from warehouse.sandbox.stacks.stack import Stack
from warehouse.sandbox.toolbox import BOX, DEPENDENCIES, GATEWAY, LIBRARY, THROUGH_GATEWAY

START_SECONDS = 30.0
GRACE_SECONDS = 10.0
STEWARD_CAPABILITIES = ("SETUID", "SETGID", "SETPCAP", "KILL")
"""What a steward of another user than the program's needs: to become that one, keeping nothing, and to
end what it started."""
MOST_READ_BYTES = 16 * 1024 * 1024
MOST_READ_FILES = 2_000

EXCESS = {
    "files": "stopped: it made more than {files} files",
    "processes": "stopped: it had more than {processes} processes",
    "memory": "stopped: it used more than {memory_mb} MB of memory",
}

ENVIRONMENT = {
    "HOME": "/tmp",  # noqa: S108
    "LANG": "C.UTF-8",
    "USER": "box",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONUTF8": "1",
}


@dataclass(frozen=True)
class Mount:
    """Something that is shown inside; `source` is a path of this machine or a volume's name."""

    source: str
    inside: str
    writable: bool = False


class StewardedBackend(SandboxBackend):
    """Makes sandboxes around a steward; how the walls are built is left to `launch`."""

    @property
    @abstractmethod
    def search_path(self) -> str:
        """PATH inside."""

    @abstractmethod
    async def launch(self, limits: Limits, mounts: Sequence[Mount]) -> wire.Link:
        """The link to a steward that has been started; SandboxError when none can be."""

    async def open(
        self,
        files: Mapping[str, bytes],
        *,
        stack: Stack | None = None,
        dependencies: Dependencies | None = None,
        limits: Limits | None = None,
    ) -> Sandbox:
        limits = limits or usual_limits(stack)
        mounts, environment, seen_as = _surroundings(stack, dependencies)

        async def start(files: Mapping[str, bytes]) -> StewardedSandbox:
            sandbox = await self._started(files, mounts, limits, environment)
            if seen_as:
                await sandbox.exec(["ln", "-sn", f"{DEPENDENCIES}/{seen_as}", seen_as])
            return sandbox

        return LastingSandbox(await start(files), files, start)

    async def serve(
        self,
        argv: Sequence[str],
        files: Mapping[str, bytes],
        *,
        stack: Stack | None = None,
        dependencies: Dependencies | None = None,
        limits: Limits | None = None,
    ) -> ServedProgram:
        limits = limits or usual_limits(stack)
        mounts, environment, _ = _surroundings(stack, dependencies)
        sandbox = await self._started(files, mounts, limits, environment)
        return await sandbox.talk(argv)

    async def install_into(self, place: str, installation: Installation) -> CommandResult:
        """Run a package installer; what it leaves goes to `place`."""
        from warehouse.sandbox.packages.gateway import PackageGateway

        limits = installation.limits
        async with PackageGateway(await asyncio.to_thread(package_settings)) as gateway:
            mounts = [
                Mount(place, DEPENDENCIES, writable=True),
                Mount(str(gateway.folder), GATEWAY),
            ]
            sandbox = await self._started(installation.files, mounts, limits, {})
            try:
                fetched = await sandbox.exec(
                    [*THROUGH_GATEWAY, *installation.fetch], env=installation.environment
                )
            except BaseException:
                await sandbox.stop()
                raise
        async with sandbox:
            if fetched.ok:
                return await sandbox.exec(installation.unpack)
        complaints = "".join(f"\n{complaint}" for complaint in gateway.complaints)
        return replace(fetched, stderr=fetched.stderr + complaints)

    async def _started(
        self,
        files: Mapping[str, bytes],
        mounts: Sequence[Mount],
        limits: Limits,
        environment: Mapping[str, str],
    ) -> StewardedSandbox:
        link = await self.launch(limits, mounts)
        environment = {"PATH": self.search_path, **environment}
        sandbox = StewardedSandbox(self.name, link, limits, environment)
        await sandbox.start(files)
        return sandbox


def _surroundings(
    stack: Stack | None, dependencies: Dependencies | None
) -> tuple[list[Mount], dict[str, str], str]:
    """What a sandbox shows, its variables, and the name under which packages are looked for in /box."""
    # Shown, not copied: packages of any size cost no memory, and are shared.
    mounts = [Mount(dependencies.location, DEPENDENCIES)] if dependencies else []
    environment = {
        "PYTHONPATH": f"{DEPENDENCIES}:{LIBRARY}" if dependencies else LIBRARY,
        **(stack.environment if stack else {}),
    }
    rule = stack.dependencies if stack and dependencies else None
    return mounts, environment, rule.seen_as if rule else ""


def steward_settings(
    limits: Limits,
    oom_counters: Sequence[str],
    *,
    watch: bool = False,
    bound_processes: bool = False,
    user: int | None = None,
) -> str:
    """The steward's argument; with `watch` it counts processes and memory, since nobody else does,
    with `bound_processes` the kernel is told their number too. Programs run as `user`, if it is not the steward's own."""
    rlimits = {"FSIZE": limits.disk_mb * 1024**2, "NOFILE": 1024}
    if watch:
        rlimits["DATA"] = 2 * limits.memory_mb * 1024**2
    if bound_processes:
        rlimits["NPROC"] = limits.processes + 1
    return json.dumps(
        {
            "box": BOX,
            "user": user,
            "rlimits": rlimits,
            "watch_files": limits.files,
            "watch_processes": limits.processes if watch else 0,
            "watch_memory": limits.memory_mb * 1024**2 if watch else 0,
            "watch_sockets": limits.memory_mb * 1024**2,
            "oom_counters": oom_counters,
        }
    )


class StewardGone(SandboxError):
    """A steward has ended, or says nothing, though nobody stopped it."""

    def __init__(self, name: str, *, timed_out: bool) -> None:
        super().__init__(f"The {name} sandbox was taken down by what ran in it.")
        self.timed_out = timed_out


class StewardedSandbox(FragileSandbox):
    """Talks with one steward; whoever uses it makes one request at a time."""

    def __init__(
        self, name: str, link: wire.Link, limits: Limits, environment: Mapping[str, str]
    ) -> None:
        self.name = name
        self._link = link
        self._limits = limits
        self._environment = {**ENVIRONMENT, **environment}
        self._ended: str | None = None
        self.taken_down = False

    async def start(self, files: Mapping[str, bytes]) -> None:
        """Wait until the steward answers, then put the files in."""
        try:
            async with asyncio.timeout(START_SECONDS):
                await wire.decode(self._link, most=0)
            await self.write(files)
        except (EOFError, TimeoutError, StewardGone) as error:
            await self.stop()
            words = await self._link.last_words()
            raise SandboxError(
                f"The {self.name} sandbox did not start: {words or type(error).__name__}. "
                "`softhouse doctor` says what this machine can run."
            ) from None
        except BaseException:
            await self.stop()
            raise

    async def exec(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> CommandResult:
        seconds = self._limits.seconds if seconds is None else seconds
        most = self._limits.output_kb * 1024
        request = {
            "do": "exec",
            "argv": list(argv),
            "env": {**self._environment, **(env or {})},
            "seconds": seconds,
            "output": most,
        }
        try:
            answer, body = await self._ask(
                request, stdin, most=2 * most + 256, seconds=seconds + GRACE_SECONDS
            )
        except StewardGone as gone:
            words = await self._link.last_words()
            return self._describe_end(argv, seconds, words=words, timed_out=gone.timed_out)
        if "error" in answer:
            await self._end("a command broke it", taken_down=True)
            return self._describe_end(argv, 0.0, words=str(answer["error"])[:200])
        return self._describe(argv, answer, body)

    async def talk(self, argv: Sequence[str]) -> SandboxedProgram:
        """Hand the whole sandbox over to one command, which ends it. SandboxError where it cannot begin."""
        request = {
            "do": "talk",
            "argv": list(argv),
            "env": self._environment,
            "seconds": self._limits.seconds,
            "output": self._limits.output_kb * 1024,
        }
        try:
            answer, _ = await self._ask(request, most=0)
            if answer.get("talks") is not True:
                raise SandboxError(f"{argv[0]} cannot be started in the {self.name} sandbox.")
        except BaseException:
            await self.stop()
            raise
        return SandboxedProgram(self._link)

    async def write(self, files: Mapping[str, bytes]) -> None:
        for path in files:
            if not wire.is_inside(path):
                raise SandboxError(f"A file named {path!r:.200} cannot be put into a sandbox.")
        listed = [[path, len(data)] for path, data in files.items()]
        answer, _ = await self._ask(
            {"do": "write", "files": listed}, b"".join(files.values()), most=0
        )
        if "error" in answer:
            raise SandboxError(
                f"The files do not fit into the sandbox ({answer['error']!s:.200}). "
                f"It holds {self._limits.disk_mb} MB; raise `disk_mb` in the limits."
            )

    async def read(self, paths: Sequence[str] | None = None) -> dict[str, bytes]:
        listed = None if paths is None else list(paths)
        answer, body = await self._ask(
            {"do": "read", "paths": listed, "most": MOST_READ_BYTES, "count": MOST_READ_FILES},
            most=MOST_READ_BYTES,
        )
        if "too_much" in answer:
            raise SandboxError(
                f"The program left more files than can be taken back (at most {MOST_READ_FILES} "
                f"files and {MOST_READ_BYTES // 1024**2} MB); it went wrong at "
                f"{answer['too_much']!r:.200}."
            )
        if "error" in answer:
            raise SandboxError(f"The sandbox's files cannot be read: {answer['error']!s:.200}.")
        return wire.unpack_files(answer.get("files"), body)

    async def stop(self) -> None:
        await self._end("it was stopped", taken_down=False)

    async def _end(self, why: str, *, taken_down: bool) -> None:
        if self._ended is None:
            self._ended, self.taken_down = why, taken_down
        await asyncio.shield(self._link.kill())

    async def _ask(
        self,
        request: Mapping[str, Any],
        payload: bytes = b"",
        *,
        most: int,
        seconds: float = 60.0,
    ) -> tuple[dict[str, Any], bytes]:
        """One question and its answer. Whatever goes wrong between the two ends the sandbox:
        after half a conversation nothing it says can be matched to a question."""
        if self._ended:
            raise SandboxError(f"The {self.name} sandbox can run nothing more: {self._ended}.")
        try:
            async with asyncio.timeout(seconds):
                await self._link.send(wire.encode(request, payload))
                return await wire.decode(self._link, most=most)
        except (EOFError, TimeoutError) as error:
            await self._end("a command broke it", taken_down=True)
            raise StewardGone(self.name, timed_out=isinstance(error, TimeoutError)) from None
        except BaseException as error:
            await self._end(f"it ended ({type(error).__name__})", taken_down=False)
            raise

    def _describe(
        self, argv: Sequence[str], answer: Mapping[str, Any], body: bytes
    ) -> CommandResult:
        try:
            split, stopped = int(answer["stdout"]), str(answer["stopped"])
            code, took = int(answer["exit_code"]), float(answer["seconds"])
        except (KeyError, TypeError, ValueError):
            raise SandboxError("The sandbox gave an answer that cannot be read.") from None
        stderr = body[split:].decode(errors="replace")
        if stopped in EXCESS:
            stderr += "\n" + EXCESS[stopped].format(**vars(self._limits), files=self._limits.files)
        return CommandResult(
            argv=tuple(argv),
            exit_code=code,
            stdout=body[:split].decode(errors="replace"),
            stderr=stderr,
            seconds=took,
            timed_out=stopped == "time",
            out_of_memory=answer.get("out_of_memory") is True,
            truncated=answer.get("truncated") is True,
        )

    def _describe_end(
        self, argv: Sequence[str], seconds: float, *, words: str, timed_out: bool = False
    ) -> CommandResult:
        """The command took its whole sandbox with it: its failure, not ours.

        No program reaches its steward, and one that fails says why: in silence only the kernel
        takes it, which wanted the memory.
        """
        return CommandResult(
            argv=tuple(argv),
            exit_code=137,
            stdout="",
            stderr=f"The command ended the sandbox it ran in. {words}".strip(),
            seconds=seconds,
            timed_out=timed_out,
            out_of_memory=self.taken_down and not timed_out and not words,
            truncated=False,
        )
