"""A window that is served, as a person starts it, and the processes behind it."""

import asyncio
import os
import shlex
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, ClientWebSocketResponse

from company.cli.watch.server import WindowServer
from tests.support.command_line import ROOT
from tests.support.waiting import PATIENCE

APP = """
import os, sys
from pathlib import Path
from textual.app import App
from textual.widgets import Static
class Small(App):
    def compose(self):
        yield Static("a window", markup=False)
    def on_mount(self):
        Path(sys.argv[1]).write_text(str(os.getpid()))
Small().run()
"""


@dataclass
class Served:
    """A server with a small app behind it."""

    port: int
    link: str
    pid_file: Path

    @property
    def secret(self) -> str:
        return self.link.partition("#")[2]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/", scheme: str = "http") -> str:
        return f"{scheme}://{self.host}{path}"

    async def open_window(
        self, session: ClientSession, secret: str | None = None, **headers: str
    ) -> ClientWebSocketResponse:
        """Open a socket as our page does, by default with the right secret."""
        secret = self.secret if secret is None else secret
        return await session.ws_connect(
            self.url("/ws", "ws"),
            protocols=("softhouse", secret),
            headers={"Origin": self.url(""), **headers},
        )


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Served]:
    """A server for as long as the context lasts."""
    app, pid_file = folder / "app.py", folder / "pid"
    app.write_text(APP)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = shlex.join([sys.executable, str(app), str(pid_file)])
        server = WindowServer(f"exec {command}", listening)
        stop = asyncio.Event()
        work = asyncio.create_task(server.serve_until(stop))
        try:
            yield Served(listening.getsockname()[1], server.guard.link, pid_file)
        finally:
            stop.set()
            await work


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def eventually(condition: Callable[[], object]) -> None:
    """Wait for what another process does."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110  # another process sets no event of ours
            await asyncio.sleep(0.02)


def children(pid: int) -> list[int]:
    """The processes that a process has begun and that have not ended."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,stat=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    lines = (line.split() for line in listed.stdout.splitlines())
    return [int(child) for child, state in lines if not state.startswith("Z")]


@contextmanager
def watch_served(folder: Path, products: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """`softhouse watch --serve` as a person starts it, and the link it prints."""
    with subprocess.Popen(
        [sys.executable, "-m", "softhouse", "watch", "--serve", "--port", "0"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SOFTHOUSE_PRODUCTS": str(products)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().split()[-1]
        finally:
            process.kill()
