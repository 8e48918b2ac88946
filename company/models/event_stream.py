"""Takes the bytes of an answer apart: server-sent events, or one JSON document.

The events are read as plain JSON, since building a pydantic object for each would cost more than
everything else together. Which of the two it is, is told by how it begins: content types are set
by gateways, and often wrong.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import Any

from company.models.failure import Failure

DONE = "[DONE]"
"""The chunk after the last: the answer ended as it should."""
LONGEST_LINE = 4 << 20
"""Bytes on the wire; no model writes that much, but a broken server may never stop."""

_BEFORE_ALL = b"\xef\xbb\xbf \t\r\n"
"""A byte order mark and blanks, which may stand before the first event."""
_FIELDS = (b"data:", b"error:")
"""`error:` is in no standard; llama.cpp sent its errors so."""


async def chunks_in(pieces: AsyncIterator[bytes], content_type: str) -> AsyncIterator[list[Any]]:
    """Yield the decoded chunks of an answer, as many as arrive at once.

    Raises Failure for everything that is not an answer.
    """
    lines, opening, any_chunks = _Lines(), b"", False
    async for piece in pieces:
        if not opening:
            piece = piece.lstrip(_BEFORE_ALL)
            if piece.startswith((b"{", b"[")):
                yield [_json(piece + b"".join([more async for more in pieces])), DONE]
                return
        if len(opening) < 200:
            opening += piece[:200]
        chunks, broken = _chunks(lines.take(piece))
        if chunks:
            any_chunks = True
            yield chunks
        if broken:
            raise broken
        if chunks and chunks[-1] == DONE:
            await _drain(pieces)
            return
    chunks, broken = _chunks([lines.rest])
    if chunks:
        yield chunks
    if broken or not (chunks or any_chunks):
        raise broken or Failure("malformed", _quoted(opening, content_type))


class _Lines:
    """Whole lines out of pieces."""

    def __init__(self) -> None:
        self._open: list[bytes] = []
        self._size = 0

    @property
    def rest(self) -> bytes:
        """The line that has not ended."""
        return b"".join(self._open)

    def take(self, piece: bytes) -> list[bytes]:
        """The lines that end in this piece. Raises Failure where one is too long."""
        lines: list[bytes] = []
        if b"\n" in piece:
            *lines, piece = (self.rest + piece).split(b"\n")
            self._open, self._size = [], 0
        self._open.append(piece)
        self._size += len(piece)
        if self._size > LONGEST_LINE:
            raise Failure("malformed", f"more than {LONGEST_LINE >> 20} MB in one line")
        return lines


def _chunks(lines: Iterable[bytes]) -> tuple[list[Any], Failure | None]:
    """The chunks up to the last of the answer, or up to one that cannot be read."""
    chunks: list[Any] = []
    data = (line.partition(b":")[2].strip() for line in lines if line.startswith(_FIELDS))
    for event in filter(None, data):
        if event == DONE.encode():
            return [*chunks, DONE], None
        try:
            chunks.append(_json(event))
        except Failure as broken:
            return chunks, broken
    return chunks, None


async def _drain(pieces: AsyncIterator[bytes]) -> None:
    """Read to the end, if it is there already, so that the connection can be used again."""
    with suppress(TimeoutError, Failure):
        async with asyncio.timeout(0.1):
            async for _ in pieces:
                pass


def _json(data: bytes) -> Any:
    """One bad byte costs one character, not the answer."""
    try:
        return json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise Failure("malformed", f"no JSON: {error}") from None


def _quoted(opening: bytes, content_type: str) -> str:
    if not opening:
        return "an empty answer"
    return f"{content_type or 'no content type'}: {opening.decode('utf-8', 'replace')}"
