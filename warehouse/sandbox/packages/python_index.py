"""What a person's indexes offer of a Python project, as one page of ours with nothing but wheels."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import url2pathname

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from warehouse.sandbox.package_settings import PackageSettings
from warehouse.sandbox.packages.upstream import Upstream, read

MOST_PAGE_BYTES = 64 * 1024**2
ACCEPT = "application/vnd.pypi.simple.v1+html, text/html;q=0.2"
Wheel = dict[str, Any]
"""A wheel as the JSON form of an index has it, with the `url` it has at its own index."""


class PythonIndex:
    """All indexes and pages of links in the settings, asked together."""

    def __init__(
        self, settings: PackageSettings, upstream: Upstream, tell: Callable[[str], None]
    ) -> None:
        """`tell` hears what could not be had, which is no error while another index has it."""
        self._settings, self._upstream, self._tell = settings, upstream, tell

    async def wheels(self, project: str) -> list[Wheel]:
        """Those of a project, by its canonical name; of several of one name the first counts.

        Raises Refused where none is found and an index could not be asked.
        """
        pages = [f"{index.rstrip('/')}/{project}/" for index in self._settings.indexes]
        answers = await asyncio.gather(
            *(self._page(page, project) for page in (*pages, *self._settings.links)),
            return_exceptions=True,
        )
        by_name: dict[str, Wheel] = {}
        refusal: BaseException | None = None
        for answer in answers:
            if isinstance(answer, BaseException):
                refusal = answer
                self._tell(str(answer))
            else:
                by_name = {wheel["filename"]: wheel for wheel in answer} | by_name
        if refusal and not by_name:
            raise refusal
        return [by_name[name] for name in sorted(by_name)]

    async def _page(self, url: str, project: str) -> list[Wheel]:
        if urlsplit(url).scheme == "file":
            return await asyncio.to_thread(lambda: list(_local_wheels(url, project)))
        async with self._upstream.get(url, ACCEPT) as response:
            if response.status == 404:
                return []
            response.raise_for_status()
            text = (await read(response, MOST_PAGE_BYTES)).decode(errors="replace")
            address = str(response.url)
        return await asyncio.to_thread(lambda: list(wheels_of(text, address, project)))


def wheels_of(page: str, address: str, project: str) -> Iterator[Wheel]:
    """The wheels of a project that a page links to; only a page of this machine names its files."""
    links = _Links(address)
    links.feed(page)
    for url, attributes in links.found:
        parts = urlsplit(url)
        name = unquote(parts.path.rpartition("/")[2])
        if parts.scheme in ("https", "http", urlsplit(address).scheme) and _is_of(name, project):
            yield _wheel(name, url, attributes)


def local_path(url: str) -> Path:
    """The place of a `file:` address."""
    return Path(url2pathname(urlsplit(url).path))


def _local_wheels(url: str, project: str) -> Iterator[Wheel]:
    place = local_path(url)
    page = place / "index.html" if (place / "index.html").is_file() else place
    if page.is_file():
        yield from wheels_of(page.read_text("utf-8", "replace"), page.as_uri(), project)
    elif page.is_dir():
        for file in page.iterdir():
            if _is_of(file.name, project):
                yield _wheel(file.name, file.as_uri(), {})


def _is_of(name: str, project: str) -> bool:
    try:
        return parse_wheel_filename(name)[0] == project
    except InvalidWheelFilename:
        return False


def _wheel(name: str, url: str, attributes: dict[str, str | None]) -> Wheel:
    address, _, fragment = url.partition("#")
    wheel: Wheel = {"filename": name, "url": address, "hashes": _hashes(fragment)}
    if requires := attributes.get("data-requires-python"):
        wheel["requires-python"] = requires
    if "data-yanked" in attributes:
        wheel["yanked"] = attributes["data-yanked"] or True
    metadata = attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata"))
    if metadata and not urlsplit(address).query:
        wheel["core-metadata"] = _hashes(metadata) or True
    return wheel


def _hashes(text: str) -> dict[str, str]:
    kind, _, value = text.partition("=")
    return {kind: value} if kind in hashlib.algorithms_guaranteed else {}


class _Links(HTMLParser):
    """Where a page's links lead, with their attributes."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self._base = address

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        href = attributes.get("href")
        with contextlib.suppress(ValueError):  # no address
            if href and tag == "base":
                self._base = urljoin(self._base, href)
            elif href and tag == "a":
                self.found.append((urljoin(self._base, href), attributes))
