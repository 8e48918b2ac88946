"""The steward's stdin and stdout in a container, over the engine's attach stream.

The socket is read by the event loop itself: a command that runs for a minute holds no thread.
The engine sends frames: one byte for the stream, three of nothing, a big-endian 32-bit length.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docker.api import APIClient

FRAME = struct.Struct(">BxxxL")
STDOUT = 1
MOST_LAST_WORDS = 2_000


def attach(api: APIClient, container: str) -> socket.socket:
    """Blocking: a socket of our own on a container that has not started yet, so that nothing it
    says can have been read ahead by the HTTP client."""
    streams = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
    theirs: Any = api.attach_socket(container, params=streams)
    raw = getattr(theirs, "_sock", theirs)
    ours: socket.socket = raw.dup()
    theirs._response.close()
    theirs.close()
    ours.setblocking(False)
    return ours


class AttachedLink:
    """Bytes to and from process 1 of one container."""

    def __init__(self, sock: socket.socket, remove: Callable[[], Awaitable[None]]) -> None:
        self._socket = sock
        self._remove = remove
        self._stdout = bytearray()
        self._stderr = bytearray()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._removed = asyncio.Lock()
        self._gone = False

    async def open(self) -> None:
        if self._socket.family == socket.AF_UNIX:
            self._streams = await asyncio.open_unix_connection(sock=self._socket)
        else:
            self._streams = await asyncio.open_connection(sock=self._socket)

    async def send(self, data: bytes) -> None:
        _, writer = self._open_streams
        try:
            writer.write(data)
            await writer.drain()
        except ConnectionError:
            raise EOFError from None

    async def receive(self, count: int) -> bytes:
        while len(self._stdout) < count:
            await self._receive_frame()
        taken = bytes(self._stdout[:count])
        del self._stdout[:count]
        return taken

    async def last_words(self) -> str:
        return self._stderr[:MOST_LAST_WORDS].decode(errors="replace").strip()

    async def kill(self) -> None:
        async with self._removed:
            if not self._gone:
                await self._remove()
                self._gone = True
        if self._streams:
            self._streams[1].close()
        else:
            self._socket.close()

    async def _receive_frame(self) -> None:
        reader, _ = self._open_streams
        try:
            stream, length = FRAME.unpack(await reader.readexactly(FRAME.size))
            data = await reader.readexactly(length)
        except ConnectionError:
            raise EOFError from None
        if stream == STDOUT:
            self._stdout += data
        elif len(self._stderr) < MOST_LAST_WORDS:
            self._stderr += data

    @property
    def _open_streams(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            raise EOFError
        return self._streams
