"""A package index on this machine's loopback, which may be hostile; and the wheels it hands out."""

from __future__ import annotations

import contextlib
import io
import json
import tarfile
import zipfile
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Index:
    """Pages and files by path, and what was asked for."""

    port: int
    answers: dict[str, bytes] = field(default_factory=dict)
    """Path → body."""
    redirects: dict[str, str] = field(default_factory=dict)
    """Path → where to instead."""
    asked: list[str] = field(default_factory=list)
    """Paths that were asked for, in order."""
    authorization: list[str] = field(default_factory=list)
    """What came along as a login."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/simple"

    @property
    def registry(self) -> str:
        return f"http://127.0.0.1:{self.port}/npm"

    def offer(self, project: str, files: Mapping[str, bytes]) -> None:
        """A page with files beside it."""
        links = "".join(f'<a href="/files/{name}">{name}</a>\n' for name in files)
        self.page(project, links)
        self.answers |= {f"/files/{name}": data for name, data in files.items()}

    def page(self, project: str, links: str) -> None:
        self.answers[f"/simple/{project}/"] = f"<!DOCTYPE html><body>{links}</body>".encode()

    def package(self, name: str, packed: bytes, *, at: str = "", **about: object) -> None:
        """A JavaScript package, its file said to be `at` an address."""
        path = f"/files/{name}-1.0.0.tgz"
        dist = {"tarball": at or f"http://127.0.0.1:{self.port}{path}"}
        version = {"name": name, "version": "1.0.0", "dist": dist, **about}
        document = {"name": name, "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
        self.answers |= {f"/npm/{name}": json.dumps(document).encode(), path: packed}

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        self.authorization.append(request.headers.get("Authorization", ""))
        if request.path in self.redirects:
            raise web.HTTPFound(self.redirects[request.path])
        if request.path not in self.answers:
            raise web.HTTPNotFound
        return web.Response(body=self.answers[request.path], content_type="text/html")


@contextlib.asynccontextmanager
async def serving() -> AsyncIterator[Index]:
    """An index that answers."""
    index = Index(0)
    app = web.Application()
    app.router.add_get("/{path:.*}", index.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    index.port = runner.addresses[0][1]
    try:
        yield index
    finally:
        await runner.cleanup()


def wheel(
    name: str,
    *,
    source: str = "",
    requires: Iterable[str] = (),
    files: Mapping[str | zipfile.ZipInfo, bytes] | None = None,
) -> dict[str, bytes]:
    """A file's name, and a wheel of one module; `files` are put in besides, whatever their names."""
    info = f"{name}-1.0.dist-info"
    needs = "".join(f"Requires-Dist: {each}\n" for each in requires)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(f"{name}.py", source)
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        for path, data in (files or {}).items():
            archive.writestr(path, data)
        archive.writestr(f"{info}/RECORD", "")
    return {f"{name}-1.0-py3-none-any.whl": packed.getvalue()}


def source_archive(name: str, setup: str) -> dict[str, bytes]:
    """A file's name, and a package that has to be built."""
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    files = {f"{name}-1.0/setup.py": setup, f"{name}-1.0/PKG-INFO": about}
    return {f"{name}-1.0.tar.gz": packed(files)}


def npm_package(name: str, files: Mapping[str, str] | None = None, **about: object) -> bytes:
    """A packed JavaScript package, with what its package.json says besides."""
    description = json.dumps({"name": name, "version": "1.0.0", **about})
    return packed({"package/package.json": description, **(files or {})})


def packed(files: Mapping[str, str]) -> bytes:
    """A compressed tar archive, whatever its names."""
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w:gz") as archive:
        for path, text in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return body.getvalue()
