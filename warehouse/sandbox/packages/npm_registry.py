"""What a person's registry says of a JavaScript package, with its files to be had from us."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any
from urllib.parse import quote, urljoin

from warehouse.sandbox.packages.upstream import Refused, Upstream, read

MOST_DOCUMENT_BYTES = 64 * 1024**2
ACCEPT = "application/vnd.npm.install-v1+json, application/json;q=0.8"
_PART = r"[\w~-][\w.~-]*"
_NAME = re.compile(rf"(@{_PART}/)?{_PART}", re.ASCII)
_PACKED = re.compile(r"[\w.+~-]{1,300}\.tgz", re.ASCII)


class NpmRegistry:
    """The registry in the settings."""

    def __init__(self, address: str, upstream: Upstream) -> None:
        self._address, self._upstream = f"{address.rstrip('/')}/", upstream

    async def document(self, package: str) -> Any | None:
        """The versions of a package, each with a packed file at an address; None where there is
        none. Raises Refused."""
        if not _NAME.fullmatch(package):
            return None
        url = urljoin(self._address, quote(package, safe="@"))
        async with self._upstream.get(url, ACCEPT) as response:
            if response.status == 404:
                return None
            response.raise_for_status()
            text = await read(response, MOST_DOCUMENT_BYTES)
        return await asyncio.to_thread(_parsed, text, url)


def _parsed(text: bytes, address: str) -> Any:
    try:
        document = json.loads(text)
        versions = document["versions"]
        for name, version in list(versions.items()):
            packed = urljoin(address, version["dist"]["tarball"])
            version["dist"]["tarball"] = packed
            if not _PACKED.fullmatch(packed.rpartition("/")[2]):
                del versions[name]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Refused("The registry sent a document that cannot be read.") from None
    return document
