"""textual-serve with a lock on its door, a page without strangers, and no more than is needed.

Any page in the person's browser can reach 127.0.0.1. It could open a WebSocket to us, and drive the
window, or let its own name point here. So every request must name us as its host and must come from a
page of ours. The page itself is the same for everybody and tells nothing; the socket, which does all, must
carry the secret of the link. A browser would hand a cookie to every port of this machine, whoever listens
there; so the secret stands behind the link's `#`, which is sent to nobody, and the page sends it as
a subprotocol of its socket, which neither an address nor a log holds.
"""

import asyncio
import hmac
import secrets
import socket
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web
from aiohttp.typedefs import Handler
from textual_serve.server import Server

HERE = Path(__file__).parent
PROTOCOL = "softhouse"
"""What the socket speaks; `assets/window.js` offers it, and the secret as another."""
PROTOCOLS = "Sec-WebSocket-Protocol"
LONGEST_GOODBYE = 10.0
"""Seconds that the windows have to end when the server does."""
REFUSED = (
    "This window opens with the link that `softhouse watch --serve` printed, and with no other.\n"
)


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
        self.guard = Guard(f"{address}:{port}")
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


class Guard:
    """Keeps out requests that are not from a page of ours, and sockets without the secret of the link."""

    def __init__(self, host: str) -> None:
        """`host` is what requests must name as theirs: `127.0.0.1:8765`."""
        self._host = host
        self._secret = secrets.token_urlsafe(32)

    @property
    def link(self) -> str:
        """What the person opens."""
        return f"http://{self._host}/#{self._secret}"

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer what our page asks; 403 for all else."""
        if not (self._is_for_us(request) and self._is_from_us(request)):
            raise web.HTTPForbidden(text=REFUSED)
        return await handler(request)

    def let_in(self, request: web.Request) -> web.Request:
        """The request for a socket, without the secret that it showed; raises HTTPForbidden without one.

        aiohttp writes protocols that it does not know into a log.
        """
        shown = request.headers.get(PROTOCOLS, "").rpartition(",")[2].strip()
        if not hmac.compare_digest(shown.encode(errors="replace"), self._secret.encode()):
            raise web.HTTPForbidden(text=REFUSED)
        headers = request.headers.copy()
        del headers[PROTOCOLS]
        return request.clone(headers=headers)

    async def prepare(self, request: web.Request, response: web.StreamResponse) -> None:
        """Tell the browser to keep strangers out, on its side too."""
        response.headers.update(
            {
                "Content-Security-Policy": _policy(self._host),
                "Cross-Origin-Opener-Policy": "same-origin",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
                "X-Frame-Options": "DENY",
            }
        )
        response.headers.setdefault("Cache-Control", "no-store")
        if isinstance(response, web.WebSocketResponse):
            response.headers[PROTOCOLS] = PROTOCOL

    def _is_for_us(self, request: web.Request) -> bool:
        """Against names of other people that point to this machine (DNS rebinding)."""
        return request.headers.getall("Host", []) == [self._host]

    def _is_from_us(self, request: web.Request) -> bool:
        """Against pages of other people; a WebSocket must say where it comes from."""
        origins = request.headers.getall("Origin", [])
        wants_socket = request.headers.get("Upgrade", "").lower() == "websocket"
        return origins == [f"http://{self._host}"] or not (origins or wants_socket)


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
