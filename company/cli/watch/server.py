"""textual-serve with a lock on its door, a page without strangers, and no more than is needed.

Any page in the person's browser can reach 127.0.0.1. It could open a WebSocket to us, and drive the
window, or let its own name point here. So every request must name us as its host and must come from a
page of ours. The page itself is the same for everybody and tells nothing; the socket, which does all, must
carry the secret of the link. A browser would hand a cookie to every port of this machine, whoever listens
there; so the secret stands behind the link's `#`, which is sent to nobody, and the page sends it as
a subprotocol of its socket, which neither an address nor a log holds.
"""

import asyncio
import socket
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web
from textual_serve.server import Server

from company.cli.loopback import Guard

HERE = Path(__file__).parent
LONGEST_GOODBYE = 10.0
"""Seconds that the windows have to end when the server does."""


class WindowServer(Server):
    """Serves a command, a process for each browser tab, on a socket that listens on loopback."""

    def __init__(self, command: str, listening: socket.socket) -> None:
        address, port = listening.getsockname()
        super().__init__(
            command,
            host=address,
            port=port,
            title="softhouse",
            templates_path=HERE / "templates",
        )
        host = f"{address}:{port}"
        self.guard = Guard(host, _policy(host))
        self._listening = listening
        self._sittings: set[asyncio.Task[object]] = set()

    async def serve_until(self, stop: asyncio.Event) -> None:
        """Serve; then end all windows."""
        runner = web.AppRunner(await self._make_app(), access_log=None)
        await runner.setup()
        try:
            await web.SockSite(runner, self._listening).start()
            await stop.wait()
        finally:
            await runner.cleanup()

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self.guard.middleware])
        aiohttp_jinja2.setup(
            app, loader=jinja2.FileSystemLoader(self.templates_path), autoescape=True
        )
        app.add_routes(
            [
                web.get("/", self.handle_index, name="index"),
                web.get("/ws", self.handle_websocket, name="websocket"),
                web.static("/static", self.statics_path, name="static"),
                web.static("/assets", HERE / "assets", name="assets"),
            ]
        )
        app.on_response_prepare.append(self.guard.prepare)
        app.on_shutdown.append(self.on_shutdown)
        return app

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """A browser tab that shows the secret drives a window of its own until one of them is closed."""
        request = self.guard.let_in(request)
        sitting = asyncio.current_task()
        assert sitting is not None
        self._sittings.add(sitting)
        try:
            return await super().handle_websocket(request)
        finally:
            self._sittings.discard(sitting)

    async def on_shutdown(self, app: web.Application) -> None:
        """Let every window end as if its tab had been closed."""
        for sitting in self._sittings:
            sitting.cancel()
        if self._sittings:
            await asyncio.wait(set(self._sittings), timeout=LONGEST_GOODBYE)


def _policy(host: str) -> str:
    """xterm.js writes styles into the page as it goes; everything else is a file of ours."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self'",
            "img-src 'self' data:",
            f"connect-src ws://{host}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
