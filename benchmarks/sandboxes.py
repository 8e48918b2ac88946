"""What sandboxes cost, against bare `docker` and `bwrap` in the same run, one of each in turn.

Medians, since the machine may be loaded. Bounds: a command in a sandbox that is open at most 1.2 times a
`docker exec`, a Docker sandbox from nothing to its first answer at most 600 ms, which says something on
an idle machine only; so it stands beside `docker run` of an interpreter.
"""

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping

from warehouse.sandbox.bubblewrap.backend import BubblewrapBackend, find_bwrap
from warehouse.sandbox.docker.backend import DockerBackend
from warehouse.sandbox.docker.image import image_tag
from warehouse.sandbox.sandbox import SandboxBackend

REPEATS = 15
FILES = {"main.py": b"print('hello')\n"}
NOTHING = ["python3", "-I", "-S", "-c", "pass"]
BARE_BWRAP = ["--ro-bind", "/", "/", "--unshare-all", "--dev", "/dev", "--proc", "/proc"]
MEDIANS = "{}: {:.0f} ms = {:.2f} × {} of {:.0f} ms"

Doing = Callable[[], Awaitable[object]]


async def medians(ways: Mapping[str, Doing]) -> dict[str, float]:
    """Milliseconds that each takes, tried in turn so that all meet the same machine."""
    took: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(REPEATS):
        for way, do in ways.items():
            began = time.perf_counter()
            await do()
            took[way].append(time.perf_counter() - began)
    return {way: statistics.median(times) * 1000 for way, times in took.items()}


def command(*argv: str) -> Doing:
    """Runs a program to its end."""

    async def run() -> None:
        await asyncio.to_thread(subprocess.run, argv, check=True, stdout=subprocess.DEVNULL)

    return run


def start(backend: SandboxBackend, opened: list[Awaitable[object]]) -> Doing:
    """Opens a sandbox with a file in it, as far as its first answer; it is stopped in the background."""

    async def run() -> None:
        sandbox = await backend.open(FILES)
        opened.append(asyncio.create_task(sandbox.stop()))

    return run


def told(what: str, took: Mapping[str, float], bare: str, bound: str) -> str:
    ours, theirs = took["ours"], took[bare]
    return f"{MEDIANS.format(what, ours, ours / theirs, bare, theirs)} ({bound})"


async def of_docker() -> None:
    backend = DockerBackend(run="benchmark")
    if reason := await backend.available():
        print(f"Docker: {reason}")
        return
    bare = ["docker", "run", "--rm", "--network", "none", "--user", "0:0", image_tag()]
    opened: list[Awaitable[object]] = []
    took = await medians({"ours": start(backend, opened), "docker run": command(*bare, *NOTHING)})
    await asyncio.gather(*opened)
    print(told("Docker, a cold start", took, "docker run", "bound 600 ms"))
    kept = ["docker", "run", "--rm", "--detach", "--interactive", image_tag(), "cat"]
    begun = await asyncio.to_thread(
        subprocess.run, kept, check=True, capture_output=True, text=True
    )
    container = begun.stdout.strip()
    try:
        async with await backend.open(FILES) as sandbox:
            bare_exec = command("docker", "exec", container, *NOTHING)
            ways: dict[str, Doing] = {
                "ours": lambda: sandbox.exec(NOTHING),
                "docker exec": bare_exec,
            }
            took = await medians(ways)
    finally:
        await command("docker", "kill", container)()
        await backend.close()
    print(told("Docker, a command in an open sandbox", took, "docker exec", "bound 1.2"))


async def of_bubblewrap() -> None:
    backend = BubblewrapBackend()
    if reason := await backend.available():
        print(f"bubblewrap: {reason}")
        return
    opened: list[Awaitable[object]] = []
    bare = command(find_bwrap()[0], *BARE_BWRAP, sys.executable, *NOTHING[1:])
    took = await medians({"ours": start(backend, opened), "a bare bwrap": bare})
    await asyncio.gather(*opened)
    await backend.close()
    print(told("bubblewrap, a start", took, "a bare bwrap", "no bound"))


async def measure() -> None:
    await of_bubblewrap()
    await of_docker()


def main() -> None:
    asyncio.run(measure())


if __name__ == "__main__":
    main()
