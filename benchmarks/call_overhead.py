"""What the engine adds to a model call, journal included, against a plain SDK loop in the same run.

One talk grows by a message and a reply each turn; the provider answers at once. CPU time is this
process's alone: the provider is another process. DESIGN: at most 0.25 times the plain loop, and the
400th turn at most twice the 50th.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.provider import provider
from company.engine.budget import Budget
from company.engine.effects import Effects
from company.engine.model_calls import Message, ModelCalls, Sampling
from company.engine.resources import Resources
from company.models.client import ModelClient
from roles.role import Role
from warehouse.events import RunStarted
from warehouse.journal.journal import SCHEMA, Journal

REPLY = "That is settled. " * 30
QUESTION = "And what of the next part? " * 20
REPEATS = 3
PROGRAMMER = Role(name="programmer", title="Programmer", prompt="-")

Say = Callable[[list[Message], int], Awaitable[str]]


async def talk(say: Say, turns: int) -> list[float]:
    """CPU seconds of each turn."""
    messages: list[Message] = [{"role": "system", "content": "You answer."}]
    spent = []
    for turn in range(turns):
        messages.append({"role": "user", "content": f"{turn}. {QUESTION}"})
        before = time.process_time()
        reply = await say(messages, turn)
        spent.append(time.process_time() - before)
        messages.append({"role": "assistant", "content": reply})
    return spent


async def through_the_engine(url: str, turns: int) -> list[float]:
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(4) as disk:
        journal = Journal.create(Path(folder) / "journal.jsonl", disk)
        journal.append(RunStarted(schema=SCHEMA))
        async with ModelClient() as models:
            resources = Resources(models, None, disk)
            model = {"programmer": f"url:{url}#scripted"}
            model_calls = ModelCalls(Effects(journal), Budget(), resources, model, seed=1)

            async def say(messages: list[Message], turn: int) -> str:
                sampling = Sampling(max_tokens=1000, temperature=0.2)
                where = f"1.talk/turn-{turn}"
                return (await model_calls.say(where, PROGRAMMER, "cto", messages, sampling)).text

            return await talk(say, turns)


async def through_the_sdk(url: str, turns: int) -> list[float]:
    from openai import AsyncOpenAI

    async with AsyncOpenAI(base_url=url, api_key="none") as client:

        async def say(messages: list[Message], turn: int) -> str:
            answer = await client.chat.completions.create(
                model="scripted",
                messages=messages,  # type: ignore[arg-type]
                max_tokens=1000,
                temperature=0.2,
            )
            return answer.choices[0].message.content or ""

        return await talk(say, turns)


def median_ms(spent: list[float]) -> float:
    return statistics.median(spent) * 1000


def main() -> None:
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    os.environ["OPENAI_API_KEY"] = "none"
    ratios = []
    with provider({"replies": [REPLY]}) as url:
        asyncio.run(through_the_engine(url, 5))
        asyncio.run(through_the_sdk(url, 5))
        for _ in range(REPEATS):
            engine = sum(asyncio.run(through_the_engine(url, turns)))
            sdk = sum(asyncio.run(through_the_sdk(url, turns)))
            ratios.append(engine / sdk)
            print(f"  {turns} turns: engine {engine:.3f} s, plain SDK loop {sdk:.3f} s of CPU")
        long = asyncio.run(through_the_engine(url, 400))
    around_50, around_400 = median_ms(long[40:60]), median_ms(long[380:400])
    print(f"call overhead: {statistics.median(ratios):.2f} × the plain loop (bound 0.25)")
    print(
        f"turn 400 / turn 50: {around_400:.2f} / {around_50:.2f} ms ="
        f" {around_400 / around_50:.2f} (bound 2)"
    )


if __name__ == "__main__":
    main()
