"""Messages in a journal: each is written whole once, and by its name afterwards."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

Message = dict[str, Any]


class MessageMemory:
    """Which messages a journal holds already, so that a long talk is not written again each turn."""

    def __init__(self) -> None:
        self._known: dict[str, Message] = {}

    def compact(self, request: dict[str, Any]) -> dict[str, Any]:
        """The request as it is written: known messages as `{"ref": name}`, new ones with `id`."""
        if "messages" not in request:
            return request
        return {**request, "messages": [self._shorten(message) for message in request["messages"]]}

    def learn(self, request: dict[str, Any]) -> None:
        """Take note of the messages that a recorded request holds whole."""
        for message in request.get("messages", ()):
            if "id" in message:
                self._known[message["id"]] = {k: v for k, v in message.items() if k != "id"}

    def expand(self, request: dict[str, Any]) -> dict[str, Any]:
        """The request as it was made. Learns on the way, so expand a journal's requests in order."""
        self.learn(request)
        if "messages" not in request:
            return request
        return {**request, "messages": list(self._whole(request["messages"]))}

    def _shorten(self, message: Message) -> Message:
        name = _name_of(message)
        if name in self._known:
            return {"ref": name}
        self._known[name] = {}
        return {"id": name, **message}

    def _whole(self, messages: Iterable[Message]) -> Iterable[Message]:
        for message in messages:
            name = message.get("ref") or message.get("id")
            yield self._known.get(str(name), {"role": "user", "content": "(not recorded)"})


def _name_of(message: Message) -> str:
    canonical = json.dumps(message, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.blake2b(canonical, digest_size=8).hexdigest()
