"""A person in the company: asked in the terminal or the window, answering in words."""

from typing import Any, Protocol

CONSENT = frozenset(
    {"", "ok", "okay", "yes", "y", "approve", "approved", "agreed", "fine", "good", "lgtm", "done"}
)


class Person(Protocol):
    """Whoever can be asked."""

    async def answer(self, role: str, question: str) -> str:
        """The answer of the person in the role with that title."""


def verdict_of(answer: str) -> dict[str, Any]:
    """A person's verdict: consent in a word (or in silence), or else what to change."""
    approved = answer.strip().strip(".!").lower() in CONSENT
    return {"approved": approved, "comments": [] if approved else [answer.strip()]}
