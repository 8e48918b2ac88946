"""What a witness is given, and what it returns."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from warehouse.events import Picture, Sighting
from warehouse.sandbox.sandbox import CommandResult, Sandbox
from warehouse.sandbox.stacks.stack import Stack

Keep = Callable[[str, bytes], Picture]
"""Keeps a PNG image with the run, under what is to be seen on it."""
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
LONGEST_SIDE = 4096
MOST_BYTES = 4 * 1024**2


@dataclass
class Start:
    """A product whose files compile, in an open sandbox, and how it is started."""

    sandbox: Sandbox
    stack: Stack
    files: Mapping[str, bytes]
    argv: tuple[str, ...]
    """The command that starts it; empty where no file does."""
    seconds: float
    """How long a program that is given nothing may take to end."""
    keep: Keep
    _bare: CommandResult | None = None

    async def bare(self) -> CommandResult:
        """How the program ends when it is given nothing; it is started for that once."""
        if self._bare is None:
            self._bare = await self.sandbox.exec(self.argv, seconds=self.seconds)
        return self._bare

    async def pictures(self, titles: Mapping[str, str]) -> tuple[Picture, ...]:
        """Keep the pictures that lie in the sandbox at these paths under /box, by their titles.

        The product may have written there too: what is no PNG of a decent size is left aside.
        """
        found = await self.sandbox.read(list(titles))
        return tuple(
            self.keep(title, found[path])
            for path, title in titles.items()
            if path in found and is_picture(found[path])
        )


class Witness(Protocol):
    """Someone who knows one kind of product, in every sandbox alike."""

    async def see(self, start: Start) -> Sighting | None:
        """What there is to be seen of the product; None where it is of another kind.

        When it returns, nothing it started is alive. Raises SandboxError where the sandbox fails.
        """
        ...


def is_picture(content: bytes) -> bool:
    """Whether it is the beginning of a PNG image that may be shown to people and models."""
    if len(content) > MOST_BYTES or not content.startswith(PNG) or len(content) < len(PNG) + 8:
        return False
    sides = struct.unpack_from(">II", content, len(PNG))
    return all(0 < side <= LONGEST_SIDE for side in sides)
