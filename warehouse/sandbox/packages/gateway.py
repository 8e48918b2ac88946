"""The only way out of a sandbox in which packages are installed: an index of ours on a unix socket.

It hands out wheels and packed JavaScript packages that a person's indexes list, and nothing else: no
source to be built, no address that a package names. It asks for them outside, with the person's
proxies and credentials, of which nothing comes in: not even the addresses.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlsplit

from aiohttp import ClientResponse, web
from packaging.utils import canonicalize_name

from warehouse.sandbox.package_settings import PackageSettings
from warehouse.sandbox.packages.npm_registry import NpmRegistry
from warehouse.sandbox.packages.python_index import PythonIndex, local_path
from warehouse.sandbox.packages.upstream import Refused, Unreachable, Upstream
from warehouse.sandbox.through_gateway import PORT

ADDRESS = f"http://127.0.0.1:{PORT}"
"""Where it is inside, by the help of `through_gateway.py`."""
MOST_BYTES = 1024**3
CHUNK = 65536
_PROJECT = re.compile(r"[a-z0-9-]{1,200}")


class PackageGateway:
    """Answers on the socket in `folder` for as long as it is open; belongs to one event loop."""

    def __init__(self, settings: PackageSettings) -> None:
        self.complaints: dict[str, None] = {}
        """What could not be had and why, in order; for the person, without secrets."""
        self._upstream = Upstream(settings)
        self._python = PythonIndex(settings, self._upstream, self._complain)
        self._npm = NpmRegistry(settings.registry, self._upstream)
        self._listed: dict[tuple[str, str], int] = {}
        self._files: list[tuple[str, str]] = []
        self._room = MOST_BYTES

    async def __aenter__(self) -> Self:
        await self._upstream.__aenter__()
        # Inside, a box has another user; outside, others do not come into the folder around.
        self._private = Path(tempfile.mkdtemp(prefix="softhouse-"))
        self.folder = self._private / "gateway"
        self.folder.mkdir()
        self.folder.chmod(0o755)
        app = web.Application(middlewares=[self._telling])
        app.router.add_get("/python/{project}/", self._project, allow_head=False)
        app.router.add_get("/npm/{package:.+}", self._package, allow_head=False)
        app.router.add_get("/files/{number:[0-9]{1,9}}/{name}", self._file, allow_head=False)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.UnixSite(self._runner, str(self.folder / "socket")).start()
        (self.folder / "socket").chmod(0o666)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        await self._upstream.__aexit__()
        shutil.rmtree(self._private, ignore_errors=True)

    @web.middleware
    async def _telling(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            return await handler(request)
        except Unreachable as error:
            self._complain(str(error))
            raise web.HTTPBadGateway from None  # it is asked again
        except Refused as error:
            self._complain(str(error))
            raise web.HTTPForbidden from None

    async def _project(self, request: web.Request) -> web.Response:
        project = canonicalize_name(request.match_info["project"])
        wheels = await self._python.wheels(project) if _PROJECT.fullmatch(project) else []
        if not wheels:
            raise web.HTTPNotFound
        files = [wheel | {"url": self._ours(wheel["filename"], wheel["url"])} for wheel in wheels]
        page = {"meta": {"api-version": "1.0"}, "name": project, "files": files}
        return web.json_response(page, content_type="application/vnd.pypi.simple.v1+json")

    async def _package(self, request: web.Request) -> web.Response:
        document = await self._npm.document(request.match_info["package"])
        if document is None:
            raise web.HTTPNotFound
        for version in document["versions"].values():
            theirs = version["dist"]["tarball"]
            version["dist"]["tarball"] = self._ours(theirs.rpartition("/")[2], theirs)
        return web.json_response(document)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A file that a page of ours listed, or what an index tells of it beside it."""
        number, name = int(request.match_info["number"]), request.match_info["name"]
        listed, url = self._files[number] if number < len(self._files) else ("", "")
        if name == f"{listed}.metadata":
            url += ".metadata"
        elif name != listed:
            raise web.HTTPNotFound
        if urlsplit(url).scheme == "file":
            return web.FileResponse(local_path(url))
        async with self._upstream.get(url, "*/*") as answer:
            if answer.status != 200:
                raise Refused(f"{name} could not be had: its index answered {answer.status}.")
            return await self._pass_on(answer, request)

    async def _pass_on(self, answer: ClientResponse, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_length = answer.content_length
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):  # whoever asked has read enough
            async for chunk in answer.content.iter_chunked(CHUNK):
                self._room -= len(chunk)
                if self._room < 0:
                    self._complain(
                        f"Packages of more than {MOST_BYTES // 1024**2} MB are too many."
                    )
                    response.force_close()  # cut off where it is
                    break
                await response.write(chunk)
        return response

    def _ours(self, name: str, url: str) -> str:
        """The address inside of what has this address outside."""
        if (name, url) not in self._listed:
            self._listed[name, url] = len(self._files)
            self._files.append((name, url))
        return f"{ADDRESS}/files/{self._listed[name, url]}/{quote(name)}"

    def _complain(self, words: str) -> None:
        self.complaints[words] = None
