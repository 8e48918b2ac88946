"""What a witness is given, and what it returns."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from msgspec.structs import replace

from warehouse.errors import SandboxError
from warehouse.events import Picture, Sighting
from warehouse.sandbox.sandbox import CommandResult, Sandbox
from warehouse.sandbox.stacks.stack import Stack
from warehouse.sandbox.toolbox import witness_command
from warehouse.sandbox.witness.inside.places import TRIED_DISPLAY

Keep = Callable[[str, bytes], Picture]
"""Keeps a PNG image with the run, under what is to be seen on it."""
TRAP = witness_command("trap")
KILLED = 137
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
        """How the program ends when it is given nothing; it is started for that once.

        One that reaches for a display is ended there and then.
        """
        if self._bare is None:
            # On the host there may be a person's own display, and none of our tools.
            trap = () if self.sandbox.name == "host" else TRAP
            ended = await self.sandbox.exec([*trap, *self.argv], seconds=self.seconds)
            self._bare = replace(ended, argv=self.argv)
        return self._bare

    async def reached_for_display(self) -> bool:
        """Whether the program was ended because of that."""
        return (await self.bare()).exit_code == KILLED and await self.left(TRIED_DISPLAY)

    async def left(self, path: str) -> bool:
        """Whether what was started has left a file there."""
        with suppress(SandboxError):  # what the program did may have ended the sandbox
            return bool(await self.sandbox.read([path]))
        return False

    async def without_display(self) -> None:
        """Start it once more where there is no display to reach for, for `bare` to tell of."""
        self._bare = await self.sandbox.exec(self.argv, seconds=self.seconds)

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
