"""50 talks of 20 turns at 50 ms a call in one process, against the ideal of 1 s.

The plain SDK loop runs in the same run for comparison. DESIGN: at most 1.25 times the ideal.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable

from benchmarks.call_overhead import through_the_engine, through_the_sdk
from benchmarks.provider import provider

TALKS, TURNS, LATENCY = 50, 20, 0.05


async def side_by_side(talk: Callable[[str, int], Awaitable[list[float]]], url: str) -> float:
    """Wall seconds for all talks at once."""
    started = time.monotonic()
    await asyncio.gather(*(talk(url, TURNS) for _ in range(TALKS)))
    return time.monotonic() - started


def main() -> None:
    os.environ["OPENAI_API_KEY"] = "none"
    ideal = TURNS * LATENCY
    with provider({"replies": ["Yes."], "latency": LATENCY}) as url:
        asyncio.run(through_the_engine(url, 1))
        engine = asyncio.run(side_by_side(through_the_engine, url))
        sdk = asyncio.run(side_by_side(through_the_sdk, url))
    print(
        f"{TALKS} talks × {TURNS} turns at {LATENCY * 1000:.0f} ms: engine {engine:.2f} s ="
        f" {engine / ideal:.2f} × ideal (bound 1.25); plain SDK {sdk / ideal:.2f} ×"
    )


if __name__ == "__main__":
    main()
