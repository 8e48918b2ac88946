"""A process that has sandboxes attacked from inside, as whichever user it was started.

It speaks lines of JSON: a program and whether it needs a sandbox of its own, then how that went.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import socket
import sys
from pathlib import Path

from msgspec.structs import asdict

from tests.support.sandboxes import make_backend
from warehouse.sandbox.sandbox import Limits, Sandbox, SandboxBackend

LIMITS = Limits(seconds=20, memory_mb=96, processes=24, disk_mb=16, output_kb=16)
KEY = b"softhouse-canary"
ADD_KEY, SESSION_KEYRING = 248, -3


async def main(kind: str, cache: str) -> None:
    """Until the questions end."""
    ctypes.CDLL(None).syscall(ADD_KEY, b"user", KEY, b"secret", 6, SESSION_KEYRING)
    with socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind("")
        abstract.listen()
        backend = await make_backend(kind, Path(cache))
        try:
            async with await backend.open({}, limits=LIMITS) as shared:
                _say({"ready": backend.name})
                await _serve(backend, shared, repr(abstract.getsockname()))
        finally:
            await backend.close()


async def _serve(backend: SandboxBackend, shared: Sandbox, abstract: str) -> None:
    while line := await asyncio.to_thread(sys.stdin.readline):
        question = json.loads(line)
        program = question["program"].replace("ABSTRACT", abstract)
        if question["alone"]:
            async with await backend.open({}, limits=LIMITS) as sandbox:
                _say(await _attack(sandbox, program))
        else:
            _say(await _attack(shared, program))


async def _attack(sandbox: Sandbox, program: str) -> dict[str, object]:
    """How it went, and what another program says afterwards."""
    done = await sandbox.exec(["python3", "-c", program])
    after = await sandbox.exec(["echo", "alive"])
    return {**asdict(done), "after": after.stdout + after.stderr}


def _say(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
