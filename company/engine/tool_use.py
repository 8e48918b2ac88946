"""A role using tools in a talk: calls read out of its replies, made as effects, and answered.

What a call changed in the files is recorded with it, so that the workspace is there again when the past
is recalled.
"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from company.deliverables.kind import DeliverableKind, Unreadable
from company.engine.effects import Effects
from company.engine.tool_protocol import EDIT, beside_calls, calls_in, checked, read_call
from company.engine.workspace.hands import Hands
from company.tools.registry import tool
from company.tools.tool import BadCall
from phases.phase import ToolLimits
from warehouse.events import ToolResult
from warehouse.events.effect import TOOL

MOST_CHARACTERS = 8_000
"""Of what one call comes to, as the role is told it; the rest is counted."""
NAMED_CALLS = 12
"""Calls that a commit names before it counts the rest."""
NAMED_CHARACTERS = 80
"""Of one call, as a commit names it."""
TOLD = "{call} comes to:\n{text}"
NONE_LEFT = "No call is left. Answer now, without tools."
NOT_KEPT = "The files in your reply were not kept: {why}"


@dataclass
class ToolUse:
    """The tools of one role in one talk: how often they may still be used, and what was called."""

    role: str
    names: Sequence[str]
    limits: ToolLimits
    hands: Hands
    effects: Effects
    kind: DeliverableKind | None = None
    """What reads files that stand beside a call."""
    called: list[str] = field(default_factory=list)
    """The calls that were made, as a commit names them."""
    _calls: int = 0
    _seconds: float = 0.0
    _is_over: bool = False

    def write_as(self, kind: DeliverableKind) -> None:
        """Let what is written be part of such a deliverable."""
        self.kind, self.hands.may_write = kind, kind.may_write

    async def answer(self, where: str, reply: str) -> str | None:
        """What the role is told after a reply that calls tools; None where it calls none, or was
        told before that no call is left."""
        blocks = calls_in(reply)
        if not blocks or self._is_over:
            return None
        answers = await self._keep_files(where, beside_calls(reply))
        for block in blocks:
            if self._calls >= self.limits.calls or self._seconds >= self.limits.seconds:
                self._is_over = True
                answers.append(NONE_LEFT)
                break
            self._calls += 1
            answers.append(await self._answered(where, block))
        return "\n\n".join(answers)

    async def _answered(self, where: str, block: str) -> str:
        try:
            name, arguments = read_call(block, self.names)

            async def call() -> str:
                return await tool(name).call(checked(name, arguments), self.hands)

            return await self._perform(where, name, arguments, call)
        except BadCall as complaint:
            return str(complaint)

    async def _keep_files(self, where: str, beside: str) -> list[str]:
        """Have the files that are written beside calls in the workspace before these are made."""
        if self.kind is None or not self.kind.makes_the_program or EDIT not in self.names:
            return []
        try:
            written = self.kind.read(beside, self.hands.texts)
        except Unreadable as unreadable:
            return [] if unreadable.nothing else [NOT_KEPT.format(why=unreadable.complaint)]
        return [*[await self._keep(where, *file) for file in written.files.items()], *written.aside]

    async def _keep(self, where: str, path: str, text: str) -> str:
        async def put() -> str:
            self.hands.put(path, text)
            return f"{path} has {len(text.splitlines())} lines now."

        try:
            return await self._perform(where, EDIT, {"path": path}, put)
        except BadCall as complaint:
            return str(complaint)

    async def _perform(
        self,
        where: str,
        name: str,
        arguments: Mapping[str, Any],
        call: Callable[[], Awaitable[str]],
    ) -> str:
        """What the call comes to, as recorded; also that it could not be made."""

        async def act() -> ToolResult:
            began, before = time.monotonic(), dict(self.hands.texts)
            try:
                text, ok = await call(), True
            except BadCall as complaint:
                text, ok = str(complaint), False
            seconds = round(time.monotonic() - began, 3)
            return ToolResult(_cut(text), ok, seconds, self.hands.since(before))

        request = {"tool": name, "arguments": dict(arguments)}
        result = await self.effects.perform(TOOL, where, request, act, about={"speaker": self.role})
        self.hands.take(result.changed)
        self._seconds += result.seconds
        if not result.ok:
            raise BadCall(result.text)
        self.called.append(_in_a_line(name, arguments))
        return TOLD.format(call=self.called[-1], text=result.text)


def _in_a_line(name: str, arguments: Mapping[str, Any]) -> str:
    line = " ".join(" ".join([name, *map(str, arguments.values())]).split())
    return line if len(line) <= NAMED_CHARACTERS else f"{line[:NAMED_CHARACTERS]}…"


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
