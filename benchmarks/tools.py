"""What a call of `read` costs the house, effect and journal included, against a bare read in the same run.

One talk calls 400 times; the bare baseline numbers the lines of the same text and appends one line of JSON
to a file. CPU time is this process's, without any sandbox: `read` needs none. DESIGN: at most 1 ms of CPU a call,
and the 400th at most twice the 50th, with the prompt that it grows.
"""

import asyncio
import json
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from company.engine.budget import Budget
from company.engine.effects import Effects
from company.engine.long_talk import within
from company.engine.model_calls import Message, ModelCalls, Reply
from company.engine.resources import Resources
from company.engine.tool_approval import ToolApproval
from company.engine.tool_use import ToolUse
from company.engine.workspace.hands import Hands
from company.engine.workspace.workbench import Workbench
from company.models.client import ModelClient
from company.tools.registry import tools_named
from phases.phase import ToolLimits
from roles.role import Role
from warehouse.events import RunStarted
from warehouse.journal.journal import SCHEMA, Journal

REPEATS = 3
CALLS = 400
FILES = 30
"""Of the product; each has LINES lines."""
LINES = 200
ROOM = 24_000
"""Tokens that a talk may have in a window of 32,000, with its prompt and a reply left out."""
READER = Role(name="reader", title="Reader", prompt="-", tools=["read"])


def product() -> dict[str, bytes]:
    text = "".join(f"value_{line} = {line}\n" for line in range(LINES)).encode()
    return {f"module_{number}.py": text for number in range(FILES)}


def reply(number: int) -> str:
    first = 1 + number % (LINES - 40)
    call = {
        "tool": "read",
        "path": f"module_{number % FILES}.py",
        "first": first,
        "last": first + 39,
    }
    return f"I look at it.\n```tool\n{json.dumps(call)}\n```\n"


async def through_the_house(folder: Path) -> tuple[list[float], list[float]]:
    """CPU seconds of each call, and of keeping the talk within its room after it."""
    calls, talks = [], []
    with ThreadPoolExecutor(4) as disk:
        journal = Journal.create(folder / "journal.jsonl", disk)
        journal.append(RunStarted(schema=SCHEMA))
        async with ModelClient() as models:
            effects = Effects(journal)
            resources = Resources(models, None, disk)
            model_calls = ModelCalls(effects, Budget(), resources, {}, 1, folder)
            tools = ToolUse(
                READER.name,
                tools_named(READER.tools),
                ToolLimits(calls=CALLS),
                Hands(product(), Workbench("none", None, folder)),
                effects,
                ToolApproval(model_calls, READER, {}),
            )
            view: list[Message] = [{"role": "user", "content": "Look at everything."}]
            for number in range(CALLS):
                said = Reply(reply(number))
                began = time.process_time()
                exchange = await tools.answer(f"1.look/turn-1/tool-{number}", said)
                answered = time.process_time()
                view += exchange or []
                within(view, 1, ROOM)
                talks.append(time.process_time() - answered)
                calls.append(answered - began)
    return calls, talks


def bare(folder: Path) -> list[float]:
    """The baseline: parse the call, number the lines, append and sync one line of JSON."""
    texts = {path: data.decode() for path, data in product().items()}
    spent = []
    with (folder / "bare.jsonl").open("ab", buffering=0) as file:
        for number in range(CALLS):
            said = reply(number)
            began = time.process_time()
            call = json.loads(said.split("```tool\n")[1].split("\n```")[0])
            lines = texts[call["path"]].splitlines()
            chosen = lines[call["first"] - 1 : call["last"]]
            text = "\n".join(f"{at}: {line}" for at, line in enumerate(chosen, call["first"]))
            file.write(json.dumps({"call": call, "text": text}).encode() + b"\n")
            os.fdatasync(file.fileno())
            spent.append(time.process_time() - began)
    return spent


def milliseconds(spent: list[float]) -> float:
    return statistics.median(spent) * 1000


def once() -> tuple[float, float, float, float]:
    """Milliseconds of a call, of a bare one, and of the calls around the 50th and the 400th with
    their talk."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        calls, talks = asyncio.run(through_the_house(folder))
        baseline = milliseconds(bare(folder))
    both = [call + talk for call, talk in zip(calls, talks, strict=True)]
    return milliseconds(calls), baseline, milliseconds(both[30:70]), milliseconds(both[360:400])


def main() -> None:
    house, baseline, around_50, around_400 = (
        statistics.median(each) for each in zip(*(once() for _ in range(REPEATS)), strict=True)
    )
    print(
        f"a call of `read`: {house:.2f} ms of CPU (bound 1) = {house / baseline:.1f} × a bare read"
        f" that is written down, of {baseline:.2f} ms"
    )
    print(
        f"call 400 / call 50, the talk kept within its window: {around_400:.2f} / {around_50:.2f} ms"
        f" = {around_400 / around_50:.2f} (bound 2)"
    )


if __name__ == "__main__":
    main()
