"""A person in the company: asked in the terminal or the window, answering in words."""

from typing import Protocol


class Person(Protocol):
    """Whoever can be asked."""

    async def answer(self, role: str, question: str) -> str:
        """The answer of the person in the role with that title."""
