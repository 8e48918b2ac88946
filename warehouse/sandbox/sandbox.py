"""What a sandbox promises: the two interfaces, and what is passed to them and comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from warehouse.errors import SandboxError
from warehouse.events.effect_data import CommandResult as CommandResult

if TYPE_CHECKING:
    from warehouse.sandbox.served import ServedProgram
    from warehouse.sandbox.stacks.stack import Stack


@dataclass(frozen=True)
class Limits:
    """Bounds on everything a product does in one sandbox."""

    seconds: float = 30.0
    """Wall-clock time of one command; afterwards everything inside is killed."""
    memory_mb: int = 512
    """Memory of all processes together, not counting the files they keep in `disk_mb`."""
    processes: int = 64
    """Processes and threads alive at once."""
    cpus: float = 1.0
    """CPU seconds per second."""
    disk_mb: int = 128
    """Files under /box; /tmp has a quarter of this besides."""
    output_kb: int = 256
    """Kept of each of stdout and stderr: the beginning and the end."""

    @property
    def scratch_mb(self) -> int:
        """Size of /tmp."""
        return max(8, self.disk_mb // 4)

    @property
    def files(self) -> int:
        """Files and folders that may exist under /box; each costs kernel memory."""
        return 16_384

    @property
    def ceiling_mb(self) -> int:
        """Memory of the whole sandbox: its files live in memory too."""
        return self.memory_mb + self.disk_mb + self.scratch_mb


def usual_limits(stack: Stack | None) -> Limits:
    """The limits of a sandbox for a language where none are given."""
    return Limits(**stack.limits) if stack else Limits()


INSTALL_LIMITS = Limits(seconds=600, memory_mb=1024, processes=128, cpus=2, disk_mb=1024)


@dataclass(frozen=True)
class Dependencies:
    """Installed packages, ready to be shown to sandboxes of the backend that installed them."""

    key: str
    location: str
    """A folder (bubblewrap) or the name of a volume (docker)."""


@dataclass(frozen=True)
class Installation:
    """One run of a package installer."""

    key: str
    fetch: tuple[str, ...]
    """Resolves and downloads into the box, with a way to the person's indexes and nowhere else."""
    unpack: tuple[str, ...]
    """Installs what was downloaded, without any way out."""
    files: Mapping[str, bytes]
    limits: Limits = INSTALL_LIMITS
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables for `fetch`."""


class Sandbox(Protocol):
    """One closed place holding one product's files under /box, until `stop`."""

    name: str
    """What its backend is called."""

    async def exec(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> CommandResult:
        """Run a command in /box. When it returns, no process it started is alive."""
        ...

    async def write(self, files: Mapping[str, bytes]) -> None:
        """Put files under /box, replacing what is in their way."""
        ...

    async def read(self, paths: Sequence[str] | None = None) -> dict[str, bytes]:
        """The regular files under /box (or those of `paths` that exist), by relative path.

        SandboxError where the last command took the sandbox down, and what it left is lost.
        """
        ...

    async def stop(self) -> None:
        """End everything and leave nothing behind. May be called twice."""
        ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()


class SandboxBackend(Protocol):
    """A way of making sandboxes."""

    name: str

    async def available(self) -> str | None:
        """None when usable, else one paragraph: the reason and the fix."""
        ...

    async def open(
        self,
        files: Mapping[str, bytes],
        *,
        stack: Stack | None = None,
        dependencies: Dependencies | None = None,
        limits: Limits | None = None,
    ) -> Sandbox:
        """A started sandbox holding `files`; SandboxError when none can be started."""
        ...

    async def serve(
        self,
        argv: Sequence[str],
        files: Mapping[str, bytes],
        *,
        stack: Stack | None = None,
        dependencies: Dependencies | None = None,
        limits: Limits | None = None,
    ) -> ServedProgram:
        """A command at work in a sandbox of its own that holds `files`, for `limits.seconds` at most.

        SandboxError when none can be started.
        """
        raise SandboxError(f"The sandbox {self.name} can hold no server of tools.")

    async def soft_limits(self) -> str:
        """Which of `Limits` the kernel does not hold here, as a clause; empty where it holds all."""
        return ""

    async def fingerprint(self) -> str:
        """What installed packages depend on besides their names: backend, interpreter, machine."""
        ...

    async def find_installed(self, key: str) -> Dependencies | None:
        """The packages an earlier `install` left under this key."""
        ...

    async def install(self, installation: Installation) -> CommandResult:
        """Run a package installer; keep what it leaves if it succeeds. SandboxError as for `open`."""
        ...

    async def prune(self) -> list[str]:
        """Remove what is kept between runs and what dead runs left; a line for each thing."""
        return []

    async def close(self) -> None:
        """Let go of connections and threads. Sandboxes must have been stopped before."""
        return
