"""The Docker engine, reached without ever blocking the event loop or borrowing its thread pool."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from urllib.parse import urlsplit

from warehouse.errors import SandboxError
from warehouse.strangers import owner_of

if TYPE_CHECKING:
    from docker.api import APIClient

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 8
TIMEOUT_SECONDS = 60
USUAL_SOCKETS = (
    "/var/run/docker.sock",
    "$XDG_RUNTIME_DIR/docker.sock",
    "$HOME/.docker/run/docker.sock",
    "$HOME/.colima/default/docker.sock",
    "$HOME/.orbstack/run/docker.sock",
    "$HOME/.rd/docker.sock",
)

_FIX = (
    "Start it (`sudo systemctl start docker`, or Docker Desktop), let your user reach it "
    "(`sudo usermod -aG docker $USER`, then log in again), or use `--sandbox bubblewrap`."
)


class DockerEngine:
    """Calls to one engine, each in a thread of its own small pool."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="softhouse-docker")
        self._connected: APIClient | None = None
        self._connecting = asyncio.Lock()

    async def api(self) -> APIClient:
        """A client whose engine answers; SandboxError with the fix when none does."""
        async with self._connecting:
            if self._connected is None:
                self._connected = await self.call(connect)
            return self._connected

    async def call(self, function: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """The result of a blocking call."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: function(*args, **named))

    async def close(self) -> None:
        if self._connected is not None:
            await self.call(self._connected.close)
            self._connected = None
        self._pool.shutdown(wait=False)


def engine_address() -> str:
    """DOCKER_HOST, else the first usual socket that exists and is ours or root's.

    Raises SandboxError where there is none but another user's.
    """
    if named := os.environ.get("DOCKER_HOST"):
        return named
    strangers = []
    for place in USUAL_SOCKETS:
        path = Path(os.path.expandvars(place))
        if "$" in str(path) or not path.exists():
            continue
        if (stranger := owner_of(path)) is None:
            return f"unix://{path}"
        strangers.append(f"{path} belongs to the user {stranger}")
    if strangers:
        raise SandboxError(
            f"A Docker socket was found and not believed: {strangers[0]}, who is neither you nor root."
            f" If you trust them, name it: DOCKER_HOST=unix://{strangers[0].split()[0]}"
        )
    return f"unix://{USUAL_SOCKETS[0]}"


def connect() -> APIClient:
    """Blocking: a client that has been answered once."""
    import docker
    from docker.errors import DockerException
    from docker.utils import kwargs_from_env
    from requests.exceptions import RequestException

    address = engine_address()
    if urlsplit(address).scheme not in ("unix", "tcp", "http"):
        raise SandboxError(
            f"A Docker engine at {address} cannot be used: sandboxes need a local socket "
            "(unix://…) or plain tcp://…; set DOCKER_HOST."
        )
    if kwargs_from_env().get("tls"):
        raise SandboxError(
            "A Docker engine reached over TLS cannot be used; forward its socket with "
            "`ssh -L` and set DOCKER_HOST=unix://…"
        )
    try:
        client = docker.APIClient(address, timeout=TIMEOUT_SECONDS)
        client.ping()
    except (DockerException, RequestException, OSError) as error:
        raise SandboxError(
            f"No Docker engine answers at {address} ({brief(error)}). {_FIX}"
        ) from None
    return client


def brief(error: BaseException) -> str:
    """The innermost reason of an error, on one line."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    text = " ".join(str(error).split())
    return (text or type(error).__name__)[:300]
