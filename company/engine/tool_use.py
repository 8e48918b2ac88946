"""A role using tools in a talk: calls read out of its replies, made as effects, and answered.

The protocol is plain text, for any model: a fenced block named `tool` with one JSON object.
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from company.deliverables.json_objects import json_objects
from company.engine.effects import Effects
from company.tools.registry import tool
from company.tools.tool import BadCall, Tool, Workspace
from phases.phase import ToolLimits
from warehouse.events import ToolResult
from warehouse.events.effect import TOOL

MOST_CHARACTERS = 8_000
"""Of what one call comes to, as the role is told it; the rest is counted."""
LARGEST_NUMBER = 2**53
"""The largest that every reader of JSON takes for the same."""
NAMED_CALLS = 12
"""Calls that a commit names before it counts the rest."""
HOW = (
    "Before you answer you may use a tool: then reply with one call and nothing else, and you are"
    " told what it comes to.\n```tool\n{example}\n```\nThe tools:\n{tools}"
)
TOLD = "{call} comes to:\n{text}"
NO_CALL = "A call is one JSON object in a block named tool, such as {example}"
NONE_LEFT = "No call is left. Answer now, without tools."
_BLOCK = re.compile(r"^```tool[ \t]*\n(.*?)(?:^```|\Z)", re.DOTALL | re.MULTILINE)


def how_to_use(names: Sequence[str]) -> str:
    """What ends the prompt of a role with these tools."""
    tools = [tool(name) for name in names]
    lines = [f"{each.example} {each.about}" for each in tools]
    return HOW.format(example=tools[0].example, tools="\n".join(lines))


@dataclass
class ToolUse:
    """The tools of one role in one talk: how often they may still be used, and what was called."""

    role: str
    names: Sequence[str]
    limits: ToolLimits
    workspace: Workspace
    effects: Effects
    called: list[str] = field(default_factory=list)
    """The calls that were made, as a commit names them."""
    _calls: int = 0
    _seconds: float = 0.0
    _is_over: bool = False

    async def answer(self, where: str, reply: str) -> str | None:
        """What the role is told after a reply that calls a tool; None where it calls none, or was
        told before that no call is left."""
        block = _BLOCK.search(reply)
        if block is None or self._is_over:
            return None
        if self._calls >= self.limits.calls or self._seconds >= self.limits.seconds:
            self._is_over = True
            return NONE_LEFT
        self._calls += 1
        try:
            name, arguments = self._call_in(block[1])
            text = await self._call(where, name, arguments)
        except BadCall as complaint:
            return str(complaint)
        return TOLD.format(call=self.called[-1], text=text)

    def _call_in(self, block: str) -> tuple[str, dict[str, Any]]:
        arguments = next(json_objects(block), None)
        if arguments is None:
            raise BadCall(NO_CALL.format(example=tool(self.names[0]).example))
        name = arguments.pop("tool", None)
        if name not in self.names:
            raise BadCall(f"You have no tool {name!r}: you have {', '.join(self.names)}.")
        for argument, value in arguments.items():
            _check_argument(argument, value)
        return str(name), arguments

    async def _call(self, where: str, name: str, arguments: Mapping[str, Any]) -> str:
        """What the call comes to, as recorded; also that it could not be made."""

        async def act() -> ToolResult:
            began = time.monotonic()
            text, ok = await _outcome(tool(name), arguments, self.workspace)
            return ToolResult(_cut(text), ok, round(time.monotonic() - began, 3))

        request = {"tool": name, "arguments": dict(arguments)}
        about = {"speaker": self.role}
        result = await self.effects.perform(TOOL, where, request, act, about=about)
        self._seconds += result.seconds
        if not result.ok:
            raise BadCall(result.text)
        self.called.append(" ".join([name, *map(str, arguments.values())]))
        return result.text


def _check_argument(name: str, value: object) -> None:
    """Raises BadCall for what a journal could not hold, or no tool could mean."""
    if not _is_text(name):
        raise BadCall("An argument has no usable name.")
    is_number = isinstance(value, int | float) and abs(value) <= LARGEST_NUMBER
    if not (value is None or is_number or (isinstance(value, str) and _is_text(value))):
        raise BadCall(f"The argument '{name}' cannot be used: it must be plain text or a number.")


def _is_text(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)


async def _outcome(
    used: Tool, arguments: Mapping[str, Any], workspace: Workspace
) -> tuple[str, bool]:
    try:
        return await used.call(arguments, workspace), True
    except BadCall as complaint:
        return str(complaint), False


def _cut(text: str) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    beginning = text[:MOST_CHARACTERS]
    lines = beginning.count("\n") + 1
    return f"{beginning}\n[cut: the first {lines} of {text.count(chr(10)) + 1} lines are shown]"


def named_calls(called: Sequence[str]) -> str:
    """The calls as a commit names them; empty where there were none."""
    more = len(called) - NAMED_CALLS
    return "; ".join([*called[:NAMED_CALLS], *([f"{more} more"] if more > 0 else [])])
