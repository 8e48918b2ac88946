"""Questions from the host and the answers to them.

Each message is two big-endian 32-bit lengths, a JSON object, and bytes; `SETTINGS` is JSON too.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import sys
from typing import Any

from .commands import Answer, Commands
from .files import Files
from .talks import Talks

LENGTHS = struct.Struct(">II")


def main() -> None:
    """`python3 -I -S -c '…' SETTINGS`: serve until the host closes stdin."""
    if os.getpid() != 1:
        sys.exit("The steward kills every process it can see: it must be process 1 of a sandbox.")
    _close_what_was_handed_on()
    settings = json.loads(sys.argv[1])
    commands, files = Commands(settings), Files(settings["box"])
    answers = {
        "exec": commands.execute,
        "talk": Talks(commands, send).hold,
        "write": files.write,
        "read": files.read,
    }
    send({"ready": True})
    while (message := receive()) is not None:
        request, payload = message
        try:
            answer, body = answers[request["do"]](request, payload)
        except OSError as error:
            answer, body = {"error": f"{error.strerror}: {error.filename or ''}"}, b""
        send(answer, body)


def _close_what_was_handed_on() -> None:
    """What was for those who started us."""
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        if int(name) > 2:
            with contextlib.suppress(OSError):
                os.close(int(name))


def receive() -> Answer | None:
    lengths = sys.stdin.buffer.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    head, body = LENGTHS.unpack(lengths)
    return json.loads(sys.stdin.buffer.read(head)), sys.stdin.buffer.read(body)


def send(answer: dict[str, Any], body: bytes = b"") -> None:
    head = json.dumps(answer).encode()
    sys.stdout.buffer.write(LENGTHS.pack(len(head), len(body)) + head)
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()
