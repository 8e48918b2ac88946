"""Pages for one person on this machine: a socket on loopback, and a lock on its door.

Any page in the person's browser can reach 127.0.0.1, and could let its own name point here. So every request must
name us as its host and must come from a page of ours, and what a page does needs the secret of its link.
"""

import hmac
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web
from aiohttp.typedefs import Handler

from company.errors import ConfigurationError

LOOPBACK = "127.0.0.1"
"""The only address that is ever listened on."""
PROTOCOL = "softhouse"
"""What a socket speaks; `watch/assets/window.js` offers it, and the secret as another."""
PROTOCOLS = "Sec-WebSocket-Protocol"
REFUSED = "This page opens with the link that softhouse printed, and with no other.\n"


@contextmanager
def listening_on(port: int) -> Iterator[socket.socket]:
    """A socket on loopback; a port of 0 is any free one. Raises ConfigurationError where it is taken."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((LOOPBACK, port))
            listening.listen()
        except OSError as error:
            raise ConfigurationError(
                f"Nothing can be served on port {port} ({error.strerror}): choose another with "
                "--port, or 0 for any that is free."
            ) from None
        yield listening


class Guard:
    """Keeps out requests that are not from a page of ours, and sockets without the secret of the link."""

    def __init__(self, host: str, policy: str, *, referrer: str = "no-referrer") -> None:
        """`host` is what requests must name as theirs: `127.0.0.1:8765`; `policy` what the page may do.

        Browsers hide where a form comes from whose page tells no referrer at all; such a page has `same-origin`.
        """
        self._host, self._policy, self._referrer = host, policy, referrer
        self._secret = secrets.token_urlsafe(32)

    @property
    def link(self) -> str:
        """What the person opens; what stands behind `#` is sent to nobody."""
        return f"http://{self._host}/#{self._secret}"

    @property
    def path(self) -> str:
        """The secret as a path, for a page without scripts, which can send it in no other way."""
        return f"/{self._secret}"

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
        self.check(shown)
        headers = request.headers.copy()
        del headers[PROTOCOLS]
        return request.clone(headers=headers)

    def check(self, shown: str) -> None:
        """Raises HTTPForbidden where what is shown is not the secret."""
        if not hmac.compare_digest(shown.encode(errors="replace"), self._secret.encode()):
            raise web.HTTPForbidden(text=REFUSED)

    async def prepare(self, request: web.Request, response: web.StreamResponse) -> None:
        """Tell the browser to keep strangers out, on its side too."""
        response.headers.update(
            {
                "Content-Security-Policy": self._policy,
                "Cross-Origin-Opener-Policy": "same-origin",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Referrer-Policy": self._referrer,
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
