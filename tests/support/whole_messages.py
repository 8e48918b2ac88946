"""Requests of a journal with every message whole, as they were made."""

from typing import Any


class WholeMessages:
    """What messages are, by their names."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any]] = {}

    def expand(self, request: dict[str, Any]) -> dict[str, Any]:
        """The request as it was made; a journal's requests come in order."""
        whole = [self._whole(message) for message in request["messages"]]
        return {**request, "messages": whole}

    def _whole(self, message: str | dict[str, Any]) -> dict[str, Any]:
        if isinstance(message, str):
            return self._known[message]
        content = {key: value for key, value in message.items() if key != "id"}
        self._known[message["id"]] = content
        return content
