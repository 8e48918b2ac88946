"""Requests to the indexes of a person's own settings, and to where those lead.

Credentials go to the origins they were given for; they are never inside a sandbox.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from typing import Self
from urllib.parse import urljoin, urlsplit

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
    TCPConnector,
)
from requests.utils import (
    get_environ_proxies,
    get_netrc_auth,
    select_proxy,
)

from warehouse.errors import SandboxError
from warehouse.sandbox.package_settings import Origin, PackageSettings, basic, origin
from warehouse.sandbox.packages.reach import NOT_REACHED, BoundedResolver, Reach

MOST_REDIRECTS = 5
TIMEOUT = ClientTimeout(total=None, sock_connect=30, sock_read=60)


class Refused(Exception):
    """What was asked for is not passed on; the message is for a person, and holds no secret."""


class Unreachable(Refused):
    """What was asked for may be had later."""


class Upstream:
    """Where packages come from, for as long as it is open."""

    def __init__(self, settings: PackageSettings) -> None:
        self._settings = settings
        self._proxies = {"all": settings.proxy} if settings.proxy else {}
        self._reach = Reach(self._is_named)
        self._resolver = BoundedResolver(self._reach)

    async def __aenter__(self) -> Self:
        try:
            context = ssl.create_default_context(cafile=self._settings.bundle)
        except ssl.SSLError:
            raise SandboxError(
                f"{self._settings.bundle}, which your package settings name, holds no certificates."
            ) from None
        connector = TCPConnector(ssl=context, resolver=self._resolver)
        self._session = ClientSession(connector=connector, timeout=TIMEOUT)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    @contextlib.asynccontextmanager
    async def get(self, url: str, accept: str) -> AsyncIterator[ClientResponse]:
        """The answer to a request, after redirects. Raises Refused, also where nobody answers."""
        place = origin(url)
        try:
            for _ in range(MOST_REDIRECTS + 1):
                self._check(url)
                async with await self._ask(url, accept) as response:
                    if not 300 <= response.status < 400:
                        yield response
                        return
                    url = _redirected(url, response)
        except (ClientError, OSError, ValueError) as error:
            raise Unreachable(f"{_shown(place)} gave no answer ({_reason(error)}).") from None
        raise Refused(f"{_shown(place)} redirects without end.")

    async def _ask(self, url: str, accept: str) -> ClientResponse:
        headers = {"Accept": accept, "Accept-Encoding": "identity"}
        place, proxy = origin(url), self._proxy(url)
        if proxy:  # a proxy may stand on this machine, and ask in our stead
            with contextlib.suppress(socket.gaierror):
                await self._resolver.resolve(place.host, place.port)
        if "@" not in urlsplit(url).netloc and (authorization := self._authorization(url)):
            headers["Authorization"] = authorization
        return await self._session.get(
            url,
            headers=headers,
            allow_redirects=False,
            proxy=proxy,
            ssl=not self._settings.trusts(place),
        )

    def _authorization(self, url: str) -> str | None:
        if given := self._settings.authorization.get(origin(url)):
            return given
        login = get_netrc_auth(url)
        return basic(*login) if login else None

    def _check(self, url: str) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise Refused("Packages are fetched by http and https only.")
        place = origin(url)
        if not self._reach.permits(place, place.host):
            raise Refused(f"{_shown(place)} {NOT_REACHED}.")

    def _is_named(self, place: Origin) -> bool:
        ways = (self._proxy(f"{scheme}://a.example") for scheme in ("http", "https"))
        return self._settings.names(place) or place in {origin(way) for way in ways if way}

    def _proxy(self, url: str) -> str | None:
        proxy = select_proxy(url, self._proxies or get_environ_proxies(url))
        return f"http://{proxy}" if proxy and "://" not in proxy else proxy


async def read(response: ClientResponse, most: int) -> bytes:
    """The whole of a page. Raises Refused where it is longer than `most`."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        body += chunk
        if len(body) > most:
            raise Refused(f"{response.url.host} sent a page of more than {most // 1024**2} MB.")
    return bytes(body)


def _redirected(url: str, response: ClientResponse) -> str:
    target = urljoin(url, response.headers.get("Location", ""))
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
        raise Refused(f"{_shown(origin(url))} redirects to a place without encryption.")
    return target


def _shown(place: Origin) -> str:
    return f"{place.host}:{place.port}"


def _reason(error: Exception) -> str:
    """Errors of aiohttp may hold the address, with what is secret in it."""
    if isinstance(error, ClientResponseError):
        return f"status {error.status}"
    inner = getattr(error, "os_error", error)
    words = inner.strerror or str(inner) if isinstance(inner, OSError) else ""
    return words or type(error).__name__
