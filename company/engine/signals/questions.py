"""The questions that people in the company are asked: each is answered where they sit or by mail, by what
comes first.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Protocol


class Person(Protocol):
    """Whoever can be asked."""

    async def answer(self, role: str, question: str) -> str:
        """The answer of the person in the role with that title."""


class AbsentPerson:
    """Is asked and says nothing here: what is answered comes through the mailbox."""

    async def answer(self, role: str, question: str) -> str:
        """Never returns; cancelled once there is an answer."""
        await asyncio.Event().wait()
        raise AssertionError("not reached")


class Questions:
    """The open questions of one run, by the place where each is asked."""

    def __init__(self) -> None:
        self._open: dict[str, asyncio.Future[str]] = {}

    async def ask(self, where: str, here: Coroutine[Any, Any, str]) -> str:
        """The answer that comes first; `here` asks the person who may be present."""
        mailed = self._open[where] = asyncio.get_running_loop().create_future()
        present = asyncio.ensure_future(here)
        try:
            await asyncio.wait((mailed, present), return_when=asyncio.FIRST_COMPLETED)
            return mailed.result() if mailed.done() else present.result()
        finally:
            del self._open[where]
            present.cancel()
            with suppress(Exception, asyncio.CancelledError):
                await present

    def answer(self, where: str, text: str) -> bool:
        """Answer the question asked at a place. False where none is open there."""
        mailed = self._open.get(where)
        if mailed is None or mailed.done():
            return False
        mailed.set_result(text)
        return True
