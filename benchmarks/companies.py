"""1,000 companies of 20 calls at 50 ms in one process, against the ideal and a bare loop of requests.

Each company writes a program, talks about it, changes it, and writes tests and a manual: four commits.
Three times, with so many calls in flight at most: as many companies at once, which then wait for
their own commits; three times as many, as `softhouse batch -j 24 --calls 8` does; and all of them. The provider is a process of
its own. DESIGN: wall at most 1.15 times the ideal, at most 1 MB a company.
"""

import asyncio
import gc
import os
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.provider import provider
from company.company import Company
from company.engine.resources import DISK_THREADS, Resources
from company.models.client import ModelClient
from tests.support.houses import write_cards
from tests.support.scripted_company import REJECTED, TASK, file_block, script

COMPANIES, CALLS, LATENCY = 1_000, 20, 0.05
AT_ONCE = 8
"""Calls in flight that the two cores of a small machine carry, the provider's own work included."""
SAMPLE_EVERY = 0.25
"""Seconds between two looks at the memory."""

SCRIPT = {
    **script(
        **{
            "approved: true if": [REJECTED],
            "every comment is answered": [file_block("note.py", "CHANGE = 1")],
        }
    ),
    "replies": ["It rounds half up, and the last of them pays the cents that are left. " * 4],
    "latency": LATENCY,
}


def mill(overlay: Path, url: str) -> Company:
    """The company that asks a model twenty times."""
    people = {"instructor": "code_reviewer", "assistant": "programmer"}
    write_cards(
        overlay,
        "phases",
        discussion={
            "title": "Discussion",
            "talk": {**people, "turns": 4},
            "sees": ["task", "decisions", "file_list"],
            "yields": {"report": None},
            "prompt": "{{ task }}\n\n{{ decisions }}\n\n{{ file_list }}\n\nWhat could be better?",
        },
    )
    review = {"name": "review", "max": 1, "until": "review.approved"}
    steps: list[Any] = [
        "demand_analysis",
        "coding",
        "discussion",
        {"loop": {**review, "steps": ["review_comment", "review_modification"]}},
        "discussion",
        "test_writing",
        "manual",
    ]
    write_cards(overlay, "chains", mill={"steps": steps})
    write_cards(overlay, "companies", mill={"title": "Mill", "chain": "mill"})
    return Company.load("mill", model=f"url:{url}#scripted", overlay=overlay)


@dataclass
class Figures:
    """What some work took: seconds of wall-clock and CPU, and bytes of memory at most."""

    wall: float
    cpu: float
    memory: int

    def told(self, companies: int, at_once: int) -> str:
        ideal = companies * CALLS * LATENCY / at_once
        return (
            f"{self.wall:.1f} s = {self.wall / ideal:.2f} × the ideal of {ideal:.1f} s at {at_once}"
            f" at once; CPU {self.cpu:.1f} s = {self.cpu / companies / CALLS * 1000:.2f} ms a call;"
            f" {self.memory / companies / 1e6:.2f} MB a company"
        )


def resident() -> int:
    """Bytes of memory this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def cpu_seconds() -> float:
    """CPU of this process and of those it started and waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


async def measured(work: Awaitable[object]) -> Figures:
    """What it takes to do some work."""
    gc.collect()
    before, most = resident(), 0
    started, used = time.monotonic(), cpu_seconds()

    async def look() -> None:
        nonlocal most
        while True:
            most = max(most, resident())
            await asyncio.sleep(SAMPLE_EVERY)

    looking = asyncio.create_task(look())
    await work
    looking.cancel()
    most = max(most, resident())
    return Figures(time.monotonic() - started, cpu_seconds() - used, most - before)


async def side_by_side(work: Callable[[int], Awaitable[object]], number: int, at_once: int) -> None:
    """Do something so many times, only so many of them at once."""
    gate = asyncio.Semaphore(at_once)

    async def one(each: int) -> None:
        async with gate:
            await work(each)

    await asyncio.gather(*map(one, range(number)))


async def requests(url: str, companies: int, at_once: int) -> Figures:
    """The baseline: the same number of bare requests, in as many loops, and nothing else."""
    body = {"model": "scripted", "messages": [{"role": "user", "content": "What could be better?"}]}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def ask(_: int) -> None:
            for _ in range(CALLS):
                async with session.post(f"{url}/chat/completions", json=body) as answer:
                    await answer.read()

        return await measured(side_by_side(ask, companies, at_once))


async def companies(url: str, folder: Path, number: int, at_once: int, calls: int) -> Figures:
    """So many companies, only so many of them and of their calls at once."""
    house = mill(folder / "cards", url)
    with ThreadPoolExecutor(DISK_THREADS) as disk:
        async with ModelClient(calls_at_once=calls) as models:
            resources = Resources(models, None, disk)

            async def work(seed: int) -> None:
                run = await house.work(
                    TASK, products=folder / "products", seed=seed, resources=resources
                )
                if run.usage.calls != CALLS:
                    raise SystemExit(f"A company made {run.usage.calls} calls.")

            await work(number)
            return await measured(side_by_side(work, number, at_once))


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else COMPANIES
    at_once = int(sys.argv[2]) if len(sys.argv) > 2 else AT_ONCE
    with tempfile.TemporaryDirectory() as folder, provider(SCRIPT) as url:
        bare = asyncio.run(requests(url, number, at_once))
        print(f"{number:,} bare loops of {CALLS} requests: {bare.told(number, at_once)}")
        for beside in (at_once, 3 * at_once, number):
            place = Path(folder) / str(beside)
            figures = asyncio.run(companies(url, place, number, beside, at_once))
            print(f"{number:,} companies, {beside:,} at once: {figures.told(number, at_once)}")
        print("(bounds: 1.15 × the ideal, 1 MB a company)", flush=True)


if __name__ == "__main__":
    main()
