"""Conversations as chats in OpenAI's form: the messages that a model was sent, and its reply.

A talk grows by a message at a time, and each call sends all of it anew. So a call is no conversation of
its own where a later one begins with the same messages and its reply: that one holds it.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from company.lab.execution.folder import LabFolder
from company.lab.rows.once import phase_around, phases_in, rows_once
from company.lab.rows.table import Table, Values
from warehouse.events import (
    CompletionEnded,
    CompletionResult,
    CompletionStarted,
    RecordedMessage,
    ToolCall,
)
from warehouse.history.transcript import NOT_RECORDED
from warehouse.journal.journal import Event

Message = dict[str, Any]
NOT_TOLD = ("in_runs", "messages")
"""What of a row is no part of a chat's metadata."""


@dataclass(frozen=True)
class _Call:
    """A call that was answered, with the names of the messages that it sent."""

    event: Event
    asked: CompletionStarted
    reply: CompletionResult
    names: tuple[str, ...]


def chat_lines(folder: LabFolder) -> Iterator[bytes]:
    """A conversation a line, each once, in the order of the plan: `messages`, and `metadata` in words.

    Raises ConfigurationError where there is no plan.
    """
    for row in rows_once(folder, _CONVERSATIONS):
        told = ((name, value) for name, value in row.items() if name not in NOT_TOLD)
        metadata = {name: str(value) for name, value in told if value is not None}
        chat = {"messages": row["messages"], "metadata": metadata}
        yield json.dumps(chat).encode() + b"\n"


def _read(events: Sequence[Event]) -> Iterator[tuple[Event, Values]]:
    """Every conversation of a journal, after the event of its last reply."""
    known = _messages_in(events)
    for call in _last_calls(events, known):
        sent = [known.get(name, NOT_RECORDED) for name in call.names]
        yield (
            call.event,
            {
                "speaker": call.asked.speaker,
                "listener": call.asked.listener,
                "model": call.asked.model,
                "finish_reason": call.reply.finish_reason,
                "messages": [*sent, _said(call.reply)],
            },
        )


def _last_calls(events: Sequence[Event], known: Mapping[str, Message]) -> list[_Call]:
    """The answered calls that no later one holds, in the order of their replies."""
    phases = phases_in(events)
    begun: dict[tuple[str, int], CompletionStarted] = {}
    talks: dict[tuple[str, str], list[_Call]] = defaultdict(list)
    for event in events:
        match event.data:
            case CompletionStarted() as asked:
                begun[event.where, asked.ordinal] = asked
            case CompletionEnded(result=reply, ordinal=ordinal) if reply.text or reply.calls:
                asked_for = begun.pop((event.where, ordinal), None)
                if asked_for is not None:
                    call = _Call(event, asked_for, reply, _names(asked_for))
                    talk = talks[phase_around(event.where, phases), asked_for.speaker]
                    held = [each for each in talk if _holds(call, each, known)]
                    talk[:] = [each for each in talk if each not in held[-1:]] + [call]
    left = [call for talk in talks.values() for call in talk]
    return sorted(left, key=lambda call: call.event.seq)


def _holds(later: _Call, call: _Call, known: Mapping[str, Message]) -> bool:
    """Whether what a later call sent is all that the call sent, its reply, and what followed."""
    end = len(call.names)
    if len(later.names) <= end or later.names[:end] != call.names:
        return False
    then = known.get(later.names[end], NOT_RECORDED)
    return (then["role"], then["content"]) == ("assistant", call.reply.text)


def _messages_in(events: Sequence[Event]) -> dict[str, Message]:
    """Every message that the journal holds, by its name."""
    return {
        message.id: _message(message)
        for event in events
        if isinstance(event.data, CompletionStarted)
        for message in event.data.request.messages
        if isinstance(message, RecordedMessage)
    }


def _message(message: RecordedMessage) -> Message:
    recorded: Message = msgspec.to_builtins(message)
    recorded.pop("id", None)
    return {"role": message.role, "content": message.content, **recorded}


def _names(asked: CompletionStarted) -> tuple[str, ...]:
    return tuple(each if isinstance(each, str) else each.id for each in asked.request.messages)


def _said(reply: CompletionResult) -> Message:
    calls = [_called(number, call) for number, call in enumerate(reply.calls, 1)]
    return {
        "role": "assistant",
        "content": reply.text,
        **({"tool_calls": calls} if calls else {}),
    }


def _called(number: int, call: ToolCall) -> Message:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id or f"call_{number}", "type": "function", "function": function}


_CONVERSATIONS = Table("conversations", "A conversation of a model.", (), _read)
