"""Messages between us and the steward inside a sandbox. What comes back is hostile until read here.

A message is two big-endian 32-bit lengths, a JSON object and bytes.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from warehouse.errors import SandboxError

LENGTHS = struct.Struct(">II")
MAX_HEAD_BYTES = 8 * 1024 * 1024


class Link(Protocol):
    """A byte stream to and from one steward."""

    async def send(self, data: bytes) -> None: ...

    async def receive(self, count: int) -> bytes:
        """Exactly `count` bytes, or EOFError when the steward is gone."""
        ...

    async def last_words(self) -> str:
        """What a steward that is gone wrote to stderr."""
        ...

    async def kill(self) -> None:
        """End the sandbox and everything in it, leaving nothing. May be called twice."""
        ...


def encode(request: Mapping[str, Any], payload: bytes = b"") -> bytes:
    head = json.dumps(request).encode()
    return LENGTHS.pack(len(head), len(payload)) + head + payload


async def decode(link: Link, *, most: int) -> tuple[dict[str, Any], bytes]:
    """The next answer, its bytes at most `most`."""
    head_size, body_size = LENGTHS.unpack(await link.receive(LENGTHS.size))
    if head_size > MAX_HEAD_BYTES or body_size > most:
        raise SandboxError("The sandbox answered with more than was asked for; it was ended.")
    head = await link.receive(head_size)
    body = await link.receive(body_size)
    try:
        answer = json.loads(head)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise SandboxError("The sandbox gave an answer that cannot be read; it was ended.")
    return answer, body


def unpack_files(listed: object, body: bytes) -> dict[str, bytes]:
    """The files an answer carries, after checking every name and size in it."""
    files: dict[str, bytes] = {}
    start = 0
    for entry in listed if isinstance(listed, Sequence) else ():
        match entry:
            case [str(path), int(size)] if size >= 0 and is_inside(path):
                files[path] = body[start : start + size]
                start += size
            case _:
                raise SandboxError(f"The sandbox listed a file that cannot be: {entry!r:.200}.")
    if start != len(body):
        raise SandboxError("The sandbox listed files of other sizes than it sent.")
    return files


def is_inside(path: str) -> bool:
    """Whether a relative path stays under the folder it is taken from."""
    parts = path.split("/")
    if "\0" in path or any(part in ("", ".", "..") for part in parts):
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in path)
