"""Who may talk to a window that is served: the browser that was given the link, and nobody else.

Any page in the person's browser can reach 127.0.0.1. It could open a WebSocket to us, and drive the
window, or let its own name point here. So every request must name us as its host, must come from a
page of ours, and must carry the secret of the link.
"""

import hmac
import secrets

from aiohttp import web
from aiohttp.typedefs import Handler

REFUSED = (
    "This window opens with the link that `softhouse watch --serve` printed, and with no other.\n"
)


class Guard:
    """Lets in who shows the secret, once in the link and then as a cookie."""

    def __init__(self, host: str) -> None:
        """`host` is what requests must name as theirs: `127.0.0.1:8765`."""
        self._host = host
        self._secret = secrets.token_urlsafe(32)
        self._cookie = f"softhouse-{host.rpartition(':')[2]}"

    @property
    def link(self) -> str:
        """What the person opens."""
        return f"http://{self._host}/?token={self._secret}"

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer those who may ask; 403 for all others."""
        if not (self._is_for_us(request) and self._is_from_us(request) and self._knows(request)):
            return web.Response(status=403, text=REFUSED)
        response = await handler(request)
        if not response.prepared and self._is_secret(request.query.get("token")):
            response.set_cookie(
                self._cookie, self._secret, httponly=True, samesite="Strict", path="/"
            )
        return response

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

    def _is_for_us(self, request: web.Request) -> bool:
        """Against names of other people that point to this machine (DNS rebinding)."""
        return request.headers.getall("Host", []) == [self._host]

    def _is_from_us(self, request: web.Request) -> bool:
        """Against pages of other people; a WebSocket must say where it comes from."""
        origins = request.headers.getall("Origin", [])
        wants_socket = request.headers.get("Upgrade", "").lower() == "websocket"
        return origins == [f"http://{self._host}"] or not (origins or wants_socket)

    def _knows(self, request: web.Request) -> bool:
        return self._is_secret(request.cookies.get(self._cookie)) or (
            request.path == "/" and self._is_secret(request.query.get("token"))
        )

    def _is_secret(self, shown: str | None) -> bool:
        return shown is not None and hmac.compare_digest(shown.encode(), self._secret.encode())


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
