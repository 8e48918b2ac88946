"""Evaluating a delivered product: what is recorded, and what is left when nobody waits for it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from company.lab.evaluation.evaluate import Evaluator
from tests.support.houses import work
from tests.support.labs import task
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import ProductEvaluated
from warehouse.journal.journal import FILE_NAME, is_locked, read_events

MAIN = "### main.py\n```python\nprint('tip', 60)\n```\n"


class Announcing(ThreadPoolExecutor):
    """Threads that say when they are given the work that comes second."""

    def __init__(self) -> None:
        super().__init__(1)
        self.second = asyncio.Event()
        self._works = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self._works += 1
        if self._works == 2:
            self.second.set()
        return super().submit(fn, *args, **kwargs)


async def test_a_journal_is_let_go_of_even_when_nobody_waits_any_more(tmp_path: Path) -> None:
    async with ScriptedProvider([MAIN]) as provider:
        run = (await work(tmp_path, provider, "solo")).folder
    threads = Announcing()
    examining = asyncio.create_task(Evaluator(None, threads).evaluate(run, task()))
    await threads.second.wait()
    examining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await examining
    threads.shutdown(wait=True)
    assert not is_locked(run / FILE_NAME)
    with ThreadPoolExecutor(1) as more:
        await Evaluator(None, more).evaluate(run, task())
    assert read_events(run / FILE_NAME)[-1].kind == ProductEvaluated.KIND
