"""`softhouse watch --serve`: the window in a browser, until Ctrl-C."""

import asyncio
import shlex
import signal
import socket
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from company.cli.loopback import listening_on
from company.cli.output import say
from company.errors import ConfigurationError
from warehouse.child_process import python_module

if TYPE_CHECKING:
    from company.cli.watch.server import WindowServer

DRIVER = "company.cli.watch.driver:ServedDriver"


def serve_window(
    products: Path, run: Path | None, *, port: int, theme: str | None, calm: bool
) -> int:
    """Serve until the person has enough; returns the exit code. A port of 0 is any free one.

    Raises ConfigurationError where textual-serve is missing or the port is taken.
    """
    with listening_on(port) as listening:
        server = _server(window_command(products, run, theme=theme, calm=calm), listening)
        say(f"The window is at  {server.guard.link}")
        say("Only this link opens it, and only on this machine. Ctrl-C ends it; runs go on.")
        # textual-serve prints what a window that broke had to say, and that may quote a journal.
        with redirect_stdout(cast("TextIO", _Safe())):
            asyncio.run(_serve(server))
    return 0


def window_command(products: Path, run: Path | None, *, theme: str | None, calm: bool) -> str:
    """What a shell is to run for each tab: this softhouse, and nothing a browser said."""
    words = ["watch", "--products", str(products.absolute())]
    words += ["--theme", theme] if theme else []
    words += ["--calm"] if calm else []
    words += ["--", str(run.absolute())] if run else []
    command = ["env", f"TEXTUAL_DRIVER={DRIVER}", *python_module("softhouse", *words)]
    return f"exec {shlex.join(command)}"


def _server(command: str, listening: socket.socket) -> "WindowServer":
    try:
        from company.cli.watch.server import WindowServer
    except ModuleNotFoundError as missing:
        raise ConfigurationError(
            f"The window in a browser needs {missing.name}: pip install 'softhouse[web]'"
        ) from None
    return WindowServer(command, listening)


async def _serve(server: "WindowServer") -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    await server.serve_until(stop)


class _Safe:
    """Standard output for those who do not make safe what they print."""

    def write(self, text: str) -> int:
        say(text.rstrip(), err=True)
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""
