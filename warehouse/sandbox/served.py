"""A program at work that is spoken with over its standard input and output, until it is stopped."""

from __future__ import annotations

import struct
from typing import Protocol

from warehouse.sandbox import wire

LENGTH = struct.Struct(">I")
CHUNK = 64 * 1024


class ServedProgram(Protocol):
    """What it is told and says, as bytes. One speaks and one listens at a time."""

    async def send(self, data: bytes) -> None:
        """Write to its standard input; EOFError where it has ended."""

    async def receive(self) -> bytes:
        """What it writes next to standard output; empty where it has ended."""

    async def stop(self) -> str:
        """End it and all that it started; the last it wrote to standard error. May be called twice."""


class SandboxedProgram:
    """One that runs under a steward, which ends with it."""

    def __init__(self, link: wire.Link) -> None:
        self._link = link
        self._errors: str | None = None

    async def send(self, data: bytes) -> None:
        for at in range(0, len(data), CHUNK):
            piece = data[at : at + CHUNK]
            await self._link.send(LENGTH.pack(len(piece)) + piece)

    async def receive(self) -> bytes:
        if self._errors is not None:
            return b""
        try:
            answer, body = await wire.decode(self._link, most=2 * CHUNK)
        except EOFError:
            answer, body = {}, b""
        if "said" in answer:
            return body
        self._errors = body.decode(errors="replace")
        return b""

    async def stop(self) -> str:
        await self._link.kill()
        return self._errors or ""
