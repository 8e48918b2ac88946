"""Files under /box: put there for the host, and given back to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .commands import Answer


class Files:
    def __init__(self, box: str) -> None:
        self.box = Path(box)

    def write(self, request: dict[str, Any], payload: bytes) -> Answer:
        start = 0
        for path, size in request["files"]:
            self._write_one(path, payload[start : start + size])
            start += size
        return {}, b""

    def read(self, request: dict[str, Any], _payload: bytes) -> Answer:
        """Regular files as the walk meets them; links, sockets and pipes are not files."""
        paths = None if request["paths"] is None else set(request["paths"])
        listed: list[tuple[str, int]] = []
        body, room = bytearray(), request["most"]
        for path in self._walk():
            if paths is not None and path not in paths:
                continue
            descriptor = os.open(self.box / path, os.O_RDONLY | os.O_NOFOLLOW)
            with os.fdopen(descriptor, "rb") as file:
                data = file.read(room - len(body) + 1)
            if len(body) + len(data) > room or len(listed) >= request["count"]:
                return {"too_much": path}, b""
            listed.append((path, len(data)))
            body += data
        return {"files": listed}, bytes(body)

    def _write_one(self, path: str, data: bytes) -> None:
        *folders, name = path.split("/")
        here = self.box
        for folder in folders:
            here /= folder
            if here.is_symlink() or not here.is_dir():
                self._remove(here)
                here.mkdir(0o755)
        self._remove(here / name)
        mode = 0o755 if data.startswith(b"#!") else 0o644
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(here / name, flags, mode), "wb") as file:
            file.write(data)

    def _remove(self, path: Path) -> None:
        if path.is_dir() and not path.is_symlink():
            for entry in path.iterdir():
                self._remove(entry)
            path.rmdir()
        else:
            path.unlink(missing_ok=True)

    def _walk(self) -> Iterator[str]:
        """Relative paths; names that are not UTF-8 are nothing a product could hold."""
        pending = [(os.fspath(self.box), "")]
        while pending:
            folder, before = pending.pop()
            for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
                try:
                    entry.name.encode()
                except UnicodeEncodeError:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        pending.append((entry.path, f"{before}{entry.name}/"))
                elif entry.is_file(follow_symlinks=False):
                    yield before + entry.name
