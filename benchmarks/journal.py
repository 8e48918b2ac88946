"""What the journal costs: appending an event, waiting for the disk, reading 100,000 events.

Each against its bare counterpart in the same run: `os.write` of the same bytes, `os.fsync`, a loop
of `json.loads` over the same lines. DESIGN: append is O(1); 100,000 events are read in at most 1 s.
"""

import asyncio
import gc
import itertools
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.support.journals import told
from warehouse.events import Note, RunStarted, WordsStreamed
from warehouse.journal.journal import SCHEMA, Journal, read_events

EVENTS = 100_000
SAMPLE = 1_000
SYNCS = 100
REPEATS = 3
SMALL = {"text": "Here is the program you asked for, in three"}
LARGE = {"text": "A line of a program, as long as lines are.\n" * 48}

Step = tuple[str, str, dict[str, Any]]
"""Kind, where, data."""


def turn(number: int) -> Iterator[Step]:
    """The events of one phase of one turn, as many and as long as the embedded model makes them."""
    where = f"6.review/round-{number}/review_comment"
    identity = {"effect": "completion", "ordinal": 0, "digest": f"{number:024x}"}
    about = {"speaker": "code_reviewer", "listener": "programmer", "model": "local:qwen"}
    messages = [
        {"id": f"{number:016x}", "role": "user", "content": f"{number}. Go through it.\n" * 60},
        "0123456789abcdef",
    ]
    usage = {"prompt_tokens": 900, "completion_tokens": 300, "cached_tokens": 0, "reported": True}
    yield "step.started", where, {"name": "review_comment", "kind": "phase", "title": "Review"}
    request = {"model": "local:qwen", "messages": messages, "max_tokens": 2000, "seed": number}
    yield "effect.started", f"{where}/turn-1", {**identity, **about, "request": request}
    for _ in range(8):
        yield "words", f"{where}/turn-1", {"text": "def tip_of(bill: Bill) -> Decimal:\n    "}
    reply = {"text": "print(1)\n" * 100, "finish_reason": "stop"}
    result = {**reply, "usage": usage, "cost": 0.0, "seconds": 12.345}
    yield "effect.ended", f"{where}/turn-1", {**identity, "result": result}
    yield "deliverable", where, {"phase": "review_comment", "kind": "verdict", "fields": {}}
    yield "step.ended", where, {"outcome": "done"}


def begun(path: Path, disk: ThreadPoolExecutor | None = None) -> Journal:
    journal = Journal.create(path, disk)
    journal.append(RunStarted(schema=SCHEMA))
    return journal


def microseconds(act: Callable[[], object], times: int = SAMPLE) -> float:
    """The median of one `act`."""
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        spent.append(time.perf_counter() - started)
    return statistics.median(spent) * 1e6


def appending(folder: Path) -> None:
    """Prints what an append costs, for a small and a large event."""
    for name, data in (("small", SMALL), ("large", LARGE)):
        journal = begun(folder / f"{name}.jsonl")
        line = journal.append(WordsStreamed(**data), "6.review/round-1/comment/turn-1").line()
        bare = os.open(folder / f"{name}.bare", os.O_CREAT | os.O_APPEND | os.O_WRONLY)

        def append(journal: Journal = journal, data: dict[str, Any] = data) -> object:
            return journal.append(WordsStreamed(**data), "6.review/round-1/comment/turn-1")

        def write(bare: int = bare, line: bytes = line) -> int:
            return os.write(bare, line)

        ours, theirs = microseconds(append), microseconds(write)
        print(
            f"append of {len(line):,} bytes: {ours:.1f} µs = {ours / theirs:.1f} × a bare os.write"
            f" of {theirs:.1f} µs"
        )
        os.close(bare)
        journal.close()


def growing(path: Path) -> None:
    """Prints what an append costs in a long journal; leaves `EVENTS` events at `path`."""
    journal = begun(path)
    steps = itertools.chain.from_iterable(map(turn, itertools.count(1)))
    costs = {}
    for mark in (SAMPLE, EVENTS):
        for step in itertools.islice(steps, mark - SAMPLE // 2 - journal.append(Note()).seq):
            journal.append(*told(step))
        costs[mark] = microseconds(
            lambda: journal.append(WordsStreamed(**SMALL), "6.review"), SAMPLE // 2
        )
    journal.close()
    early, late = costs.values()
    print(
        f"append at event {EVENTS:,}: {late:.1f} µs = {late / early:.2f} × at event {SAMPLE:,}"
        " (O(1): 1)"
    )


async def syncing(folder: Path) -> None:
    """Prints what it costs to wait until an event is on the disk."""
    with ThreadPoolExecutor(1) as disk:
        journal = begun(folder / "synced.jsonl", disk)
        bare = os.open(folder / "synced.bare", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        ours, theirs = [], []
        for _ in range(SYNCS):
            started = time.perf_counter()
            line = journal.append(WordsStreamed(**SMALL), "6.review").line()
            await journal.sync()
            between = time.perf_counter()
            os.write(bare, line)
            os.fsync(bare)
            theirs.append(time.perf_counter() - between)
            ours.append(between - started)
        os.close(bare)
        journal.close()
    mine, raw = statistics.median(ours) * 1000, statistics.median(theirs) * 1000
    print(
        f"append and sync: {mine:.2f} ms, off the event loop = {mine / raw:.2f} × a bare write and"
        f" fsync of {raw:.2f} ms"
    )


def reading(path: Path) -> None:
    """Prints what it costs to read a long journal."""
    lines = path.read_bytes().splitlines()
    size = path.stat().st_size
    ours = seconds(lambda: read_events(path))
    theirs = seconds(lambda: [json.loads(line) for line in lines])
    print(
        f"reading {len(lines):,} events ({size / 1e6:.0f} MB, {size // len(lines)} bytes each):"
        f" {ours:.2f} s (bound 1 s) = {ours / theirs:.2f} × a bare json.loads loop of {theirs:.2f} s"
    )


def seconds(act: Callable[[], object]) -> float:
    """The fastest of some runs, with nothing left over from the one before."""
    spent = []
    for _ in range(REPEATS):
        gc.collect()
        started = time.perf_counter()
        act()
        spent.append(time.perf_counter() - started)
    return min(spent)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        appending(Path(folder))
        growing(Path(folder) / "long.jsonl")
        asyncio.run(syncing(Path(folder)))
        reading(Path(folder) / "long.jsonl")


if __name__ == "__main__":
    main()
