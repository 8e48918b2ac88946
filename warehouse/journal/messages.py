"""Messages in a journal: each is written whole once, and by its name afterwards."""

import hashlib
import json
from typing import Any

from warehouse.events import CompletionRequest, RecordedMessage

Message = dict[str, Any]


class MessageMemory:
    """Which messages a journal holds already, so that a long talk is not written again each turn.

    A talk grows by a message at a time: what it has in common with the last request keeps its names,
    so that a turn costs the same at the end of a long talk. Messages are never changed in place.
    """

    def __init__(self) -> None:
        self._written: set[str] = set()
        self._names: dict[tuple[str, str], str] = {}
        self._last_talk: tuple[list[Message], list[str]] = ([], [])

    def name(self, message: Message) -> str:
        """What the message is called: a digest of it, worked out once for each text."""
        role, content = message["role"], message["content"]
        if not isinstance(content, str) or len(message) != 2:
            return _digest(message)
        known = self._names.get((role, content))
        if known is None:
            known = self._names[role, content] = _digest(message)
        return known

    def names(self, request: dict[str, Any]) -> dict[str, Any]:
        """The request with every message by its name alone: all that decides its identity."""
        if "messages" not in request:
            return request
        messages: list[Message] = request["messages"]
        earlier, named = self._last_talk
        if messages[: len(earlier)] != earlier:
            named = []
        named = named + [self.name(message) for message in messages[len(named) :]]
        self._last_talk = list(messages), named
        return {**request, "messages": named}

    def compact(self, request: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
        """The request as it is written, given it by `names`: each new message whole, with its id."""
        if "messages" not in request:
            return request
        written = self._written
        short = [
            name if name in written else self._first(name, message)
            for name, message in zip(named["messages"], request["messages"], strict=True)
        ]
        return {**request, "messages": short}

    def remember(self, request: CompletionRequest) -> None:
        """Take note of the messages that a recorded request holds whole."""
        for message in request.messages:
            if isinstance(message, RecordedMessage):
                self._written.add(message.id)

    def _first(self, name: str, message: Message) -> Message:
        self._written.add(name)
        return {"id": name, **message}


def _digest(message: Message) -> str:
    canonical = json.dumps(message, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.blake2b(canonical, digest_size=8).hexdigest()
