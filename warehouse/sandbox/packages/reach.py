"""Where an index may lead: to other hosts, as files mostly lie on one, but no nearer to this machine.

Else an index, or whoever may write to one, could ask services that listen for this machine or its
network alone. Servers that the person named in the settings may be wherever they are.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

from warehouse.sandbox.package_settings import Origin

NOT_REACHED = "is not public, and no package setting names it"


class Reach:
    """Knows servers by address. A private network is open to indexes that are in one themselves."""

    def __init__(self, is_named: Callable[[Origin], bool]) -> None:
        self._is_named = is_named
        self._named_are_private = False

    def permits(self, place: Origin, host: str) -> bool:
        """Whether a server may be asked at an address; of a name nothing can be told."""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return True
        address = getattr(address, "ipv4_mapped", None) or address
        if self._is_named(place):
            self._named_are_private |= address.is_private and not _is_here(address)
            return True
        return (address.is_global or self._named_are_private) and not _is_here(address)


class BoundedResolver(AbstractResolver):
    """Finds those addresses of names that are permitted."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        permitted = [
            each for each in found if self._reach.permits(Origin(host, port), each["host"])
        ]
        if not permitted:
            raise OSError(f"it {NOT_REACHED}")
        return permitted

    async def close(self) -> None:
        await self._resolver.close()


def _is_here(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether it is this machine's own, or of its cable: only what is ours can be bound."""
    if address.is_link_local or address.is_unspecified or address.is_multicast:
        return True
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((str(address), 0))
        except OSError:
            return False
    return True
