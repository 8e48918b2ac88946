"""Reading lines from a person without holding up the event loop."""

import asyncio
import os

CHUNK = 65_536


class LineReader:
    """Lines of a file descriptor; waiting for one can be cancelled."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._held = b""
        self._ended = False

    async def line(self) -> str:
        """The next line with its end; nothing once input has ended."""
        while b"\n" not in self._held and not self._ended:
            await self._until_readable()
            data = os.read(self._descriptor, CHUNK)
            self._held += data
            self._ended = not data
        line, newline, self._held = self._held.partition(b"\n")
        if self._ended and not newline:
            self._ended = False
        return (line + newline).decode("utf-8", "replace")

    async def _until_readable(self) -> None:
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        try:
            loop.add_reader(self._descriptor, ready.set)
        except OSError:
            return
        try:
            await ready.wait()
        finally:
            loop.remove_reader(self._descriptor)
