"""A worker's line to home. Whatever is said while home fetches the last words travels together."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from company.lab.execution.ray.messages import (
    Answer,
    Fact,
    Lend,
    MayBegin,
    Question,
    Request,
    ToHome,
    Withdrawn,
)


class Line:
    """Asks and tells; home fetches what was said, in its order, and answers when it can."""

    def __init__(self) -> None:
        self._said: list[ToHome] = []
        self._something_said = asyncio.Event()
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._last = 0

    def tell(self, fact: Fact | Withdrawn | Question) -> None:
        """Say something that needs no answer."""
        self._said.append(fact)
        self._something_said.set()

    def ask(self, question: Request) -> "asyncio.Future[Any]":
        """Ask now, and be given the answer later; its error is raised where it is awaited."""
        return self._ask(question)[1]

    async def answer_to(self, question: MayBegin | Lend, give_back: Callable[[Any], None]) -> Any:
        """Ask and wait. Given up meanwhile, what was granted all the same is given back."""
        number, answer = self._ask(question)
        try:
            return await asyncio.shield(answer)
        except asyncio.CancelledError:
            self.tell(Withdrawn(number))
            answer.add_done_callback(partial(_undo, give_back))
            raise

    async def said(self) -> list[ToHome]:
        """What was said since the last time, as soon as that is something."""
        await self._something_said.wait()
        self._something_said.clear()
        said, self._said = self._said, []
        return said

    def hear(self, answer: Answer) -> None:
        """Home has answered."""
        waiting = self._asked.pop(answer.number, None)
        if waiting is None:
            return
        if answer.error is not None:
            waiting.set_exception(answer.error)
            waiting.exception()  # Nobody may be waiting for it.
        else:
            waiting.set_result(answer.result)

    def _ask(self, question: Request) -> tuple[int, "asyncio.Future[Any]"]:
        self._last += 1
        answer = self._asked[self._last] = asyncio.get_running_loop().create_future()
        self.tell(Question(self._last, question))
        return self._last, answer


def _undo(give_back: Callable[[Any], None], answer: "asyncio.Future[Any]") -> None:
    if answer.exception() is None:
        give_back(answer.result())
