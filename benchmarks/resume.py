"""Resuming over 10,000 effects: from the open journal to the first call that is not recorded.

A company with nested loops (a talk of four turns, a review, now and then a change that is
committed) really works through about 10,000 effects, on a provider side that answers within the
process. Its journal is cut before its last call and resumed until a model is asked again, the
product's repair included. DESIGN: at most 2 s.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from company.company import Company
from company.engine.resources import Resources
from company.engine.run import Run
from company.errors import ProviderError
from company.models.request import ModelRequest
from tests.support.houses import write_cards
from tests.support.scripted_company import TASK, fields_reply, file_block, files_reply
from warehouse.events import CompletionResult, TokensUsed
from warehouse.journal.journal import FILE_NAME, read_events

EFFECTS = 10_000
ROUNDS = 20
"""Rounds of the inner loop; each is a talk of seven completions and a review. A change follows."""
REPEATS = 3
EFFECTS_OF_A_ROUND = ROUNDS * 8 + 2
REMARK = "Say more of the rounding: " + "which cents go to whom, and what is shown to whom. " * 10
THOUGHT = "It rounds half up. " * 40
FAULT = fields_reply(approved=False, comments=["tip.py, tip_of: it rounds down"])


class Provider:
    """The provider's side, within the process: what `ModelClient` would return, at once."""

    def __init__(self, answer: Callable[[str], str]) -> None:
        self._answer = answer

    async def complete(self, request: ModelRequest, *_: Any, **__: Any) -> CompletionResult:
        prompt = str(request.messages[-1]["content"])
        text = self._answer(prompt)
        usage = TokensUsed(len(prompt) // 4, len(text) // 4)
        return CompletionResult(
            text=text,
            model=request.model,
            finish_reason="stop",
            usage=usage,
            cost=0.0,
            seconds=0.001,
        )


def mill(overlay: Path, rounds: int) -> Company:
    """The company `mill`: `rounds` times twenty talks and reviews, then a change."""
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
    inner = {"name": "review", "max": ROUNDS, "until": "review.approved"}
    talk = {"loop": {**inner, "steps": ["discussion", "review_comment"]}}
    rest = rounds
    steps: list[Any] = ["coding"]
    while rest > 0:
        outer = {"name": f"mill{len(steps)}", "max": min(rest, 100), "until": "product.empty"}
        steps.append({"loop": {**outer, "steps": [talk, "review_modification"]}})
        rest -= 100
    write_cards(overlay, "chains", mill={"steps": steps})
    write_cards(overlay, "companies", mill={"title": "Mill", "chain": "mill"})
    return Company.load("mill", model="url:http://127.0.0.1:9/v1#mill", overlay=overlay)


def script() -> Callable[[str], str]:
    """What the roles of the mill say."""
    changes = iter(range(10**9))

    def answer(prompt: str) -> str:
        if "Write the whole program" in prompt:
            return files_reply("main.py", "report.py", "tip.py")
        if "approved: true if" in prompt:
            return FAULT
        if "every comment is answered" in prompt:
            return file_block("note.py", f"CHANGE = {next(changes)}")
        return REMARK if "If you agree with it" in prompt else THOUGHT

    return answer


async def record(folder: Path, rounds: int, disk: ThreadPoolExecutor) -> Path:
    """The folder of a finished run of the mill."""
    resources = Resources(Provider(script()), None, disk)  # type: ignore[arg-type]
    run = await mill(folder / "cards", rounds).work(
        TASK, products=folder / "products", seed=1, resources=resources
    )
    return run.folder


async def resume(folder: Path, disk: ThreadPoolExecutor) -> tuple[float, float]:
    """Seconds, and CPU seconds, from opening the run to its first live call."""
    reached: list[tuple[float, float]] = []

    def stop(_: str) -> str:
        reached.append((time.perf_counter(), time.process_time()))
        raise ProviderError("Everything that was recorded has been recalled.")

    resources = Resources(Provider(stop), None, disk)  # type: ignore[arg-type]
    started = time.perf_counter(), time.process_time()
    with suppress(ProviderError):
        await Run.reopen(folder, resources).work()
    return reached[0][0] - started[0], reached[0][1] - started[1]


def cut(journal: bytes) -> bytes:
    """The journal up to its last completion."""
    last = journal.rindex(b'"kind":"effect.started"', 0, journal.rindex(b'"effect":"completion"'))
    return journal[: journal.rindex(b"\n", 0, last) + 1]


def main() -> None:
    effects = int(sys.argv[1]) if len(sys.argv) > 1 else EFFECTS
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(4) as disk:
        started = time.perf_counter()
        folder = asyncio.run(record(Path(place), -(-effects // EFFECTS_OF_A_ROUND), disk))
        print(f"  recorded in {time.perf_counter() - started:.0f} s")
        journal = folder / FILE_NAME
        past = cut(journal.read_bytes())
        resuming, reading = [], []
        for _ in range(REPEATS):
            journal.write_bytes(past)
            started = time.perf_counter()
            events = read_events(journal)
            reading.append(time.perf_counter() - started)
            resuming.append(asyncio.run(resume(folder, disk)))
    done = sum(event.kind == "effect.ended" for event in events)
    wall, cpu = min(resuming)
    print(
        f"resume over {done:,} effects ({len(events):,} events, {len(past) / 1e6:.0f} MB):"
        f" {wall:.2f} s (bound 2 s), {cpu:.2f} s of CPU = {done / wall:,.0f} effects/s"
        f" = {wall / min(reading):.1f} × reading the journal ({min(reading):.2f} s)"
    )


if __name__ == "__main__":
    main()
