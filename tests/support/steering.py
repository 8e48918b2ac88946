"""A run at work in this process, steered through its mailbox as any other process would do it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from company.company import Company
from company.engine.run import Run
from company.remote.commands import Command
from company.remote.mailbox import send
from tests.support.houses import house, write_cards
from tests.support.scripted_provider import Call, ScriptedProvider
from warehouse.events.conversion import as_json
from warehouse.journal.journal import Event

PROGRAM = "### main.py\n```python\nprint('hello')\n```\n"
FILES = {"files": {}}
NOTE = {"report": None}


def chain_of(folder: Path, *steps: Any, **phases: dict[str, Any]) -> None:
    """A company called `tiny` with these steps; each phase is a talk with the programmer."""
    for name, phase in phases.items():
        given = {"talk": {"instructor": "cto", "assistant": "programmer"}, **phase}
        card = {"title": name.capitalize(), "prompt": f"Do {name}", "yields": NOTE, **given}
        write_cards(folder / "cards", "phases", **{name: card})
    write_cards(folder / "cards", "chains", tiny={"steps": list(steps or phases)})
    write_cards(folder / "cards", "companies", tiny={"title": "Tiny", "chain": "tiny"})


class Hold:
    """A reply that is on its way until it is let go."""

    def __init__(self, text: str) -> None:
        self.asked = asyncio.Event()
        self._text = text
        self._let_go = asyncio.Event()

    async def __call__(self, _: Call) -> str:
        self.asked.set()
        await self._let_go.wait()
        return self._text

    def let_go(self) -> None:
        self._let_go.set()


class Steered:
    """The run, and what its journal said so far in this session."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.folder = Path()
        self._news = asyncio.Event()
        self._task: asyncio.Task[Run] | None = None

    def begin(self, company: Company, products: Path, **more: Any) -> None:
        """Let a company work in a task of its own."""
        self._products = products
        given = {"sandbox": "none", "seed": 1, "on_event": self.on_event, **more}
        work = company.work("a clock", products=products, **given)
        self._task = asyncio.ensure_future(work)

    def on_event(self, event: Event) -> None:
        if event.kind == "run.started":
            self.folder = self._products / as_json(event.data)["run"]
        self.events.append(event)
        self._news.set()

    async def until(self, kind: str, times: int = 1) -> list[Event]:
        """Wait until that has happened so often; returns all of the kind."""
        return await self.until_there_are(lambda event: event.kind == kind, times)

    async def until_there_are(self, wanted: Callable[[Event], bool], times: int = 1) -> list[Event]:
        while True:
            found = [event for event in self.events if wanted(event)]
            if len(found) >= times:
                return found
            assert self._task is not None
            if self._task.done():
                await self._task
                raise AssertionError("the run ended before")
            self._news.clear()
            news = asyncio.ensure_future(self._news.wait())
            await asyncio.wait((news, self._task), return_when=asyncio.FIRST_COMPLETED)
            news.cancel()

    def ask(self, command: Command) -> None:
        send(self.folder, command)

    async def end(self) -> Run:
        """The finished run; raises what it raised."""
        assert self._task is not None
        return await self._task

    def kinds(self, *wanted: str) -> list[str]:
        return [event.kind for event in self.events if event.kind in wanted]


@asynccontextmanager
async def steered(
    folder: Path, provider: ScriptedProvider, company: str = "tiny", **more: Any
) -> AsyncIterator[Steered]:
    """A company at work below `folder`."""
    run = Steered()
    run.begin(house(folder, provider, company), folder / "products", **more)
    try:
        yield run
    finally:
        if run._task is not None and not run._task.done():
            run._task.cancel()
            await asyncio.wait((run._task,))
