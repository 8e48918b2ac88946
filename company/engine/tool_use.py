"""A role using tools in a talk: calls read out of its replies, made as effects, and answered.

What a call changed in the files is recorded with it, so that the workspace is there again when the past
is recalled.
"""

import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from company.deliverables.kind import DeliverableKind, Unreadable
from company.engine.databases import AskedDatabases
from company.engine.effects import Effects
from company.engine.knowledge import AskedKnowledge
from company.engine.model_calls import Message, Reply, picture_parts
from company.engine.tool_allowance import Allowance
from company.engine.tool_approval import ToolApproval
from company.engine.tool_protocol import (
    EDIT,
    NONE_LEFT,
    block_of,
    calls_in,
    checked,
    exchange,
    offered,
    plain_blocks,
    read_call,
)
from company.engine.tool_servers import ToolServers
from company.engine.workspace.hands import Hands
from company.engine.written_calls import NOTHING_PLAIN, Written
from company.models.offered_tools import OfferedTool
from company.tools.registry import Tools
from company.tools.tool import BadCall, DatabaseTool, KnowledgeTool, Office, OfficeTool
from warehouse.data.asked import AskedQuery
from warehouse.data.schema_text import is_whole
from warehouse.events import Picture, Rows, ToolResult
from warehouse.events.effect import TOOL

MOST_CHARACTERS = 8_000
"""Of what one call comes to, as the role is told it; the rest is counted."""
NAMED_CALLS = 12
"""Calls that a commit names before it counts the rest."""
NAMED_CHARACTERS = 80
"""Of one call, as a commit names it."""
TOLD = "{call} comes to:\n{text}"
STANDS = "What stands above already, word for word, from {begins} on."
SHORT = 400
"""Characters that are told again rather than pointed to."""
NOT_KEPT = "The files in your reply were not kept: {why}"
PATIENCE = 3
"""How often the same call may fail the same way before it is not made any more."""
AGAIN = "The same call failed the same way three times: do something else."
UNUSED = (
    "Your answer does not count: you have not used your tools. Make a call first, such as\n{call}"
)
IN_VAIN = (
    "Your answer does not count: no call of yours has come to anything yet. The last one:\n{fault}\nMake"
    " another one, which is not the same."
)
CHART = "chart"
TELL = ("tables", "schema")
"""The tools that have nothing to tell of databases whose schemas were told whole."""
NO_OFFICE = "Nobody can be reached from here."
NO_DATABASE = "There is no database to be asked."
NO_KNOWLEDGE = "There are no documents to look anything up in."


@dataclass
class ToolUse:
    """The tools of one role in one talk: how often they may still be used, and what was called."""

    role: str
    tools: Tools
    allowance: Allowance
    hands: Hands
    effects: Effects
    approval: ToolApproval
    servers: ToolServers | None = None
    is_native: bool = False
    """Whether the role's model calls them in its own protocol."""
    sees: bool = False
    """Whether the role's model takes pictures."""
    mockups: Sequence[str] = ()
    """The pictures of the task."""
    kind: DeliverableKind | None = None
    """What reads files that stand beside a call."""
    office: Callable[[str], Office] | None = None
    """What a call in a place reaches besides the product."""
    databases: AskedDatabases | None = None
    about_databases: str = ""
    """What the role is told of them before it speaks."""
    knowledge: AskedKnowledge | None = None
    """The user's documents."""
    called: list[str] = field(default_factory=list)
    """The calls that were made, as a commit names them."""
    queries: int = 0
    """Queries of databases that came to rows, or to none."""
    _fault: str = ""
    """What the last call was told that came to nothing."""
    _talk: Sequence[Message] = ()
    _counted: int = 0
    """The calls that an answer can rest on: not those that only tell what tables there are."""
    _made: set[str] = field(default_factory=set)
    """The calls that were made, as they were written."""
    _failed: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often a call came to a complaint since the files were last changed."""
    _given_up: set[str] = field(default_factory=set)
    """The calls that are not made any more until the files are changed."""
    _is_stuck: bool = False
    _times_before: int = 0
    _ids: set[str] = field(default_factory=set)
    _seen: list[Picture] = field(default_factory=list)

    @cached_property
    def offered(self) -> tuple[OfferedTool, ...]:
        """What the model is offered in its own protocol; nothing where it has none."""
        return offered(self.tools) if self.is_native else ()

    async def open(self, where: str, question: str) -> None:
        """Have the tools of servers as well, and know what databases hold of a question."""
        if self.servers is not None:
            self.tools = {**self.tools, **await self.servers.tools(where)}
        if self.databases is not None:
            self.about_databases = await self.databases.introduced(
                self.effects, where, self.role, question
            )
            if is_whole(self.about_databases):
                self.tools = {name: each for name, each in self.tools.items() if name not in TELL}

    async def close(self) -> None:
        """End the servers, and the sandbox of the role's hands."""
        if self.servers is not None:
            await self.servers.close()
        await self.hands.close()

    def write_as(self, kind: DeliverableKind) -> None:
        """Let what is written be part of such a deliverable."""
        self.kind, self.hands.may_write = kind, kind.may_write

    @property
    def lacking(self) -> str | None:
        """What a role is told that answers of what it has not looked at; None where it may answer."""
        if self._counted >= self.allowance.limits.least or not self.tools:
            return None
        if self._fault:
            return IN_VAIN.format(fault=self._fault)
        return UNUSED.format(call=block_of(self.tools, is_native=self.is_native))

    async def answer(
        self, where: str, reply: Reply, talk: Sequence[Message] = ()
    ) -> list[Message] | None:
        """A reply that calls tools and what the role is told after it, as messages; None where it
        calls none, or the role was told before that no call is left. `talk` is what it still sees."""
        if not self.tools:
            return None
        plain = NOTHING_PLAIN if self.is_native else plain_blocks(self.tools)
        calls, beside = calls_in(reply, list(self.tools), plain)
        # An answer may show once more what was called before.
        calls = [call for call in calls if not (call.is_plain and call.words in self._made)]
        self._talk = talk
        self.allowance.begin_turn(where.rpartition("/")[0])
        if not calls or self.allowance.was_used_up or self._goes_in_circles(calls):
            return None
        kept = await self._keep_files(where, beside)
        answers: list[str] = []
        for call in calls:
            if not self.allowance.has_a_call():
                answers.append(NONE_LEFT)
                break
            answers.append(await self._answered(where, call))
        told = exchange(reply, kept, answers, self._ids, is_native=self.is_native)
        return [*told, *self._shown()]

    @property
    def repeated(self) -> int:
        """How often what failed last had failed the same way before."""
        return self._times_before

    def _goes_in_circles(self, calls: Sequence[Written]) -> bool:
        """Whether a reply asks for nothing but what is not done any more, as the one before it did."""
        was, self._is_stuck = self._is_stuck, self._given_up.issuperset(c.words for c in calls)
        return was and self._is_stuck

    def _shown(self) -> list[Message]:
        """What was seen of the product by the last calls, for a role with eyes: beside the pictures of
        the task."""
        pictures, self._seen = self._seen, []
        if not pictures or not self.sees:
            return []
        titled = [(picture.title, picture.file) for picture in pictures]
        titled += [("As the task shows it", name) for name in self.mockups]
        return [{"role": "user", "content": picture_parts(titled)}]

    async def _answered(self, where: str, written: Written) -> str:
        if written.words in self._given_up:
            return AGAIN
        try:
            name, arguments = read_call(written, self.tools)
            told = await self._perform(where, name, arguments, self._call(where, name, arguments))
        except BadCall as complaint:
            return self._told(written.words, str(complaint))
        self._made.add(written.words)
        self._times_before = 0
        return told

    def _call(
        self, where: str, name: str, arguments: dict[str, Any]
    ) -> Callable[[], Awaitable[str]]:
        """What makes the call."""

        async def call() -> str:
            used, given = self.tools[name], checked(name, arguments, self.tools)
            match used:
                case OfficeTool():
                    if self.office is None:
                        raise BadCall(NO_OFFICE)
                    return await used.call(given, self.office(where))
                case DatabaseTool():
                    if self.databases is None:
                        raise BadCall(NO_DATABASE)
                    return await used.call(given, self.databases)
                case KnowledgeTool():
                    if self.knowledge is None:
                        raise BadCall(NO_KNOWLEDGE)
                    return await used.call(given, self.knowledge)
            return await used.call(given, self.hands)

        return call

    def _told(self, call: str, complaint: str) -> str:
        """A complaint, and that it is the same again."""
        self._fault = complaint
        self._times_before = self._failed[call, complaint]
        self._failed[call, complaint] += 1
        if self._failed[call, complaint] < PATIENCE:
            return complaint
        self._given_up.add(call)
        return f"{complaint}\n{AGAIN}"

    async def _keep_files(self, where: str, beside: str) -> list[str]:
        """Have the files that are written beside calls in the workspace before these are made."""
        if self.kind is None or not self.kind.makes_the_program or EDIT not in self.tools:
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
            return await self._perform(where, EDIT, {"path": path}, put, {"text": text})
        except BadCall as complaint:
            return str(complaint)

    async def _perform(
        self,
        where: str,
        name: str,
        arguments: Mapping[str, Any],
        call: Callable[[], Awaitable[str]],
        beside: Mapping[str, Any] = MappingProxyType({}),
    ) -> str:
        """What the call comes to, as recorded; also that it could not be made.

        `beside` is what a person who is asked should see of it as well.
        """
        refusal = await self.approval.refusal(where, name, {**arguments, **beside})

        async def act() -> ToolResult:
            began, before = time.monotonic(), dict(self.hands.texts)
            try:
                if refusal is not None:
                    raise BadCall(refusal)
                text, ok = await call(), True
            except BadCall as complaint:
                text, ok = str(complaint), False
            seconds = round(time.monotonic() - began, 3)
            pictures, self.hands.pictures = tuple(self.hands.pictures), []
            changed, actions = self.hands.since(before), tuple(self.hands.actions)
            rows = self.databases.take() if self.databases is not None else None
            found = self.knowledge.take() if self.knowledge is not None else ()
            return ToolResult(_cut(text), ok, seconds, changed, pictures, actions, rows, found)

        # What an office tool does are effects of their own: they are walked first, also when recalled.
        walked = await act() if isinstance(self.tools[name], OfficeTool) else None

        async def perform() -> ToolResult:
            return walked or await act()

        request, about = {"tool": name, "arguments": dict(arguments)}, {"speaker": self.role}
        result = await self.effects.perform(TOOL, where, request, perform, about=about)
        self.hands.take(result.changed)
        self.hands.actions = list(result.actions)
        self._seen += result.pictures
        self.queries += result.rows is not None
        is_answered = result.rows is not None or not isinstance(self.tools[name], DatabaseTool)
        self._counted += result.ok and is_answered
        if self.knowledge is not None:
            self.knowledge.remember(result.passages)
        self.allowance.spend(result.seconds)
        if result.changed:
            self._failed.clear()
            self._given_up.clear()
        if not result.ok:
            raise BadCall(result.text)
        self.called.append(_in_a_line(name, arguments))
        number = self._numbered(arguments, result.rows)
        return TOLD.format(call=self.called[-1], text=f"{number}{self._told_once(result.text)}")

    def _told_once(self, text: str) -> str:
        """What a call came to, or where that stands: a model that goes in circles would fill its window with it."""
        seen = (each["content"] for each in self._talk if isinstance(each["content"], str))
        if len(text) > SHORT and any(text in each for each in seen):
            return STANDS.format(begins=json.dumps(text.partition("\n")[0][:NAMED_CHARACTERS]))
        return text

    def _numbered(self, arguments: Mapping[str, Any], rows: Rows | None) -> str:
        """Remember a query. Returns its number, for a role that can name it in a chart."""
        if rows is None or self.databases is None:
            return ""
        database = self.databases.name_of(arguments.get("database"))
        asked = self.databases.asked
        asked.append(AskedQuery(str(arguments.get("sql", "")), database, self.role, rows))
        return f"Query {len(asked)}:\n" if CHART in self.tools else ""


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
