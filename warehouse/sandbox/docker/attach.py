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


async def open_link(sock: socket.socket, remove: Callable[[], Awaitable[None]]) -> AttachedLink:
    """The link over an attached socket; `remove` ends the container."""
    connect = (
        asyncio.open_unix_connection if sock.family == socket.AF_UNIX else asyncio.open_connection
    )
    return AttachedLink(*await connect(sock=sock), remove)


class AttachedLink:
    """Bytes to and from process 1 of one container."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        remove: Callable[[], Awaitable[None]],
    ) -> None:
        self._reader, self._writer = reader, writer
        self._remove = remove
        self._stdout = bytearray()
        self._stderr = bytearray()
        self._removed = asyncio.Lock()
        self._gone = False

    async def send(self, data: bytes) -> None:
        try:
            self._writer.write(data)
            await self._writer.drain()
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
        """We hang up first: the engine waits with the removal for whoever is attached and does not
        read."""
        self._writer.transport.abort()
        async with self._removed:
            if not self._gone:
                await self._remove()
                self._gone = True

    async def _receive_frame(self) -> None:
        try:
            stream, length = FRAME.unpack(await self._reader.readexactly(FRAME.size))
            data = await self._reader.readexactly(length)
        except ConnectionError:
            raise EOFError from None
        if stream == STDOUT:
            self._stdout += data
        elif len(self._stderr) < MOST_LAST_WORDS:
            self._stderr += data
