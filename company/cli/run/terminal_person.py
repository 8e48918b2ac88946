"""A person at the terminal, asked in the name of a role.

An answer is any number of lines, ended by an empty line or Ctrl-D; empty lines within a fenced
block belong to it. An empty answer is consent; but where input has ended and nobody sits at a
terminal, silence is nobody's, and the run stops.
"""

import asyncio
import os
import sys
from typing import TextIO

from company.cli.output import write
from company.cli.views.view import View
from company.errors import NobodyThere
from warehouse.terminal_text import safe_text

CHUNK = 65_536


class LineReader:
    """Lines of a file descriptor; waiting for one can be cancelled."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._buffer = b""
        self._ended = False

    async def line(self) -> str:
        """The next line with its end; nothing once input has ended."""
        while b"\n" not in self._buffer and not self._ended:
            await self._until_readable()
            data = os.read(self._descriptor, CHUNK)
            self._buffer += data
            self._ended = not data
        line, newline, self._buffer = self._buffer.partition(b"\n")
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


HOW = "(Write your answer and end it with an empty line; an empty answer agrees.)"
MOST_CHARACTERS = 50_000


class TerminalPerson:
    """Asks on standard error where standard output is for machines, and reads standard input."""

    def __init__(self, view: View, lines: LineReader | None = None) -> None:
        self._view = view
        self._lines = lines or LineReader(0)
        self._one_at_a_time = asyncio.Lock()

    async def answer(self, role: str, question: str) -> str:
        """What the person says. Raises NobodyThere where input has ended."""
        async with self._one_at_a_time:
            with self._view.aside():
                try:
                    return await self._ask(role, question)
                except asyncio.CancelledError:
                    write("\n", self._stream)
                    raise

    @property
    def _stream(self) -> TextIO:
        return sys.stdout if self._view.speaks else sys.stderr

    async def _ask(self, role: str, question: str) -> str:
        stream = self._stream
        write(safe_text(f"\n{question.strip()}\n\n{role}, it is your turn. {HOW}\n> "), stream)
        lines: list[str] = []
        while True:
            line = await self._lines.line()
            if not line and not lines and not sys.stdin.isatty():
                raise NobodyThere(
                    f"{role} is a person in this run, and standard input ended before the answer. "
                    "Answer at a terminal: softhouse resume last"
                )
            over = not line.strip() and not _within_fence(lines)
            if not line or over or sum(map(len, lines)) > MOST_CHARACTERS:
                if not sys.stdin.isatty():
                    write("\n", stream)
                return "".join(lines).strip()
            lines.append(line)
            write("> ", stream)


def _within_fence(lines: list[str]) -> bool:
    return sum(line.lstrip().startswith("```") for line in lines) % 2 == 1
