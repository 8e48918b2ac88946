"""What people said to roles in the midst of the work.

It is received at some moment and heard at a place: each call is recorded with what of it was in its
prompt, so that whenever the call is recalled or made again, its role is told that and nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from warehouse.events import CompletionStarted, PersonSaid
from warehouse.journal.journal import Event

HEARD = "heard"
"""What a call is recorded with: the numbers of the events it heard of."""
KEPT = 8
"""How many a role keeps in mind, the latest; each is in all of its prompts."""
TOLD = "The person who follows the work says to you:\n{words}\nMind it in this reply."

Message = dict[str, Any]


@dataclass(frozen=True)
class Signal:
    """Something said to a role; `number` is that of its event."""

    number: int
    role: str
    text: str


class Signals:
    """Everything said to the roles of one run."""

    def __init__(self, past: Iterable[Event] = ()) -> None:
        self._signals: dict[int, Signal] = {}
        self._heard_at: dict[str, list[int]] = {}
        self._unheard: dict[int, Signal] = {}
        for event in past:
            match event.data:
                case PersonSaid() as message:
                    self.add(event.seq, message)
                case CompletionStarted(heard=heard):
                    self._recall(event.where, heard)

    def add(self, number: int, event: PersonSaid) -> None:
        """Something was said just now; `number` is that of the event."""
        signal = Signal(number, event.role, event.text)
        self._signals[number] = self._unheard[number] = signal

    def at(self, where: str, role: str) -> list[Signal]:
        """What is in the prompt of the call that `role` makes at a place."""
        if where in self._heard_at:
            return [self._signals[number] for number in self._heard_at[where]]
        signals = [signal for signal in self._signals.values() if signal.role == role][-KEPT:]
        self._mark(signal.number for signal in signals)
        return signals

    def unheard(self) -> list[Signal]:
        """What was said to roles that have not spoken since."""
        return list(self._unheard.values())

    def _recall(self, where: str, heard: Iterable[int]) -> None:
        known = self._heard_at[where] = [number for number in heard if number in self._signals]
        self._mark(known)

    def _mark(self, heard: Iterable[int]) -> None:
        for number in heard:
            self._unheard.pop(number, None)


def with_signals(messages: list[Message], signals: list[Signal]) -> list[Message]:
    """The messages of a call with what was said to its role at the end of the last of them."""
    if not signals:
        return messages
    return at_the_end(
        messages, TOLD.format(words="\n".join(f"- {one.text.strip()}" for one in signals))
    )


def at_the_end(messages: list[Message], words: str) -> list[Message]:
    """The messages of a call with these words at the end of the last of them."""
    *earlier, last = messages
    content = last["content"]
    if isinstance(content, str):
        content = f"{content}\n\n{words}"
    else:
        content = [*content, {"type": "text", "text": words}]
    return [*earlier, {**last, "content": content}]
