"""The calls of tools in a reply, put together from the pieces in which they arrive.

Servers agree on little: the number of a call is missing, or the same for all; its name comes once or with
every piece; its arguments in pieces, whole, or as an object.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from company.models.streamed_text import whole
from warehouse.events import ToolCall

LONGEST = 200
"""Characters of a name or an id; no tool is called so."""
_ARGUMENTS = ("arguments", "parameters", "input")


@dataclass
class _Pieces:
    """One call, as far as it has arrived."""

    name: str = ""
    id: str = ""
    arguments: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.arguments)


class ReplyCalls:
    """Collects the calls of one reply."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """`names` tells of each function that was offered the tool that it stands for."""
        self._names = names
        self._calls: list[_Pieces] = []
        self._open: dict[Any, _Pieces] = {}
        """By its place in the reply, the call that the next piece may belong to."""

    def take(self, message: Mapping[str, Any]) -> str:
        """Read those of one piece of a reply; returns what was written."""
        return "".join(self._take(*piece) for piece in _pieces_in(message))

    def _take(self, place: Any, name: str, id_: str, arguments: str) -> str:
        call = self._open.get(place)
        if call is None or _begins_another(call, name, id_, arguments):
            call = self._open[place] = _Pieces()
            self._calls.append(call)
        written = ("" if call.name else name) + arguments
        call.name, call.id = call.name or name, call.id or id_
        call.arguments.append(arguments)
        return written

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The calls so far, in the order in which they began, under the names of their tools."""
        return tuple(
            ToolCall(self._names.get(call.name, call.name), whole(call.text), call.id)
            for call in self._calls
            if call.name or call.text
        )


def _begins_another(call: _Pieces, name: str, id_: str, arguments: str) -> bool:
    """Whether a piece in the place of a call belongs to another one."""
    if not name:
        return False
    if name != call.name and call.name:
        return True
    is_whole = _is_whole(call.text)
    if id_ and call.id and id_ != call.id:
        return is_whole or not call.text
    return is_whole and bool(arguments.strip())


def _is_whole(arguments: str) -> bool:
    if not arguments.rstrip().endswith(("}", '"')):
        return False
    try:
        json.loads(arguments, strict=False)
    except (ValueError, RecursionError):
        return False
    return True


def _pieces_in(message: Mapping[str, Any]) -> Iterator[tuple[Any, str, str, str]]:
    """Place, name, id and arguments of each piece of a call."""
    calls = message.get("tool_calls")
    for at, call in enumerate(calls if isinstance(calls, list) else ()):
        if isinstance(call, dict):
            index, function = call.get("index"), call.get("function")
            place = index if isinstance(index, int) else at
            named = function if isinstance(function, dict) else call
            yield place, _short(named.get("name")), _short(call.get("id")), _arguments(named)
    legacy = message.get("function_call")
    if isinstance(legacy, dict):
        yield "function_call", _short(legacy.get("name")), "", _arguments(legacy)


def _arguments(named: Mapping[str, Any]) -> str:
    """The arguments as text, also where a server has read them already."""
    value = next((named[key] for key in _ARGUMENTS if named.get(key) is not None), "")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _short(value: Any) -> str:
    return whole(value[:LONGEST]) if isinstance(value, str) else ""
