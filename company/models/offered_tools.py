"""Tools as they are offered to a model: in its own protocol, or in the words of the prompt.

Names of tools hold what names of functions must not, so they are spelt otherwise on the way.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from company.models.tokens import estimate_tokens

Body = dict[str, Any]
LONGEST_NAME = 64
_NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9_-]")
HOW = (
    "Before you answer you may use tools: then reply with a call, or several, and you are told what"
    " they come to. A call is a block such as\n```tool\n{example}\n```\nThe tools:\n{tools}"
)


@dataclass(frozen=True)
class OfferedTool:
    """A tool as a model is told of it."""

    name: str
    about: str
    """What a call does, in a few words."""
    parameters: Mapping[str, Any]
    """The arguments, as a JSON schema."""
    example: Mapping[str, Any]
    """Arguments of a call that shows how it is made."""

    @property
    def example_call(self) -> str:
        """A call in words: one JSON object."""
        return json.dumps({"tool": self.name, **self.example}, ensure_ascii=False)

    @cached_property
    def tokens(self) -> int:
        """About how many tokens a prompt has more with it."""
        return estimate_tokens(json.dumps(_function(self, self.name), ensure_ascii=False))


def how_to_call(tools: Sequence[OfferedTool]) -> str:
    """What tells a model that has no calls of its own how it makes one."""
    lines = [f"{tool.example_call} {tool.about}" for tool in tools]
    return HOW.format(example=tools[0].example_call, tools="\n".join(lines))


def sent(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A request as its server takes it."""
    if "tools" not in body:
        return body
    spelt = spellings(tool.name for tool in body["tools"])
    tools = [_function(tool, spelt[tool.name]) for tool in body["tools"]]
    messages = [_spelt(message, spelt) for message in body["messages"]]
    return {**body, "tools": tools, "messages": messages}


def spellings(names: Iterable[str]) -> dict[str, str]:
    """How each name is spelt as that of a function."""
    spelt: dict[str, str] = {}
    for name in names:
        plain = _NOT_IN_NAMES.sub("_", name)[:LONGEST_NAME]
        number = 1
        while plain in spelt.values():
            number += 1
            plain = f"{plain[: LONGEST_NAME - 4]}_{number}"
        spelt[name] = plain
    return spelt


def in_words(body: Body) -> Body:
    """The request for a model that takes no `tools`: what it is offered, what it called and what that
    came to stand in the messages."""
    if "tools" not in body:
        return body
    messages: list[Mapping[str, Any]] = []
    for message in body["messages"]:
        if message["role"] != "tool":
            messages.append({"role": message["role"], "content": words_of(message)})
        elif messages[-1]["role"] == "user":
            both = f"{messages[-1]['content']}\n\n{message['content']}"
            messages[-1] = {"role": "user", "content": both}
        else:
            messages.append({"role": "user", "content": message["content"]})
    asked = next((at for at, each in enumerate(messages) if each["role"] == "user"), None)
    if asked is not None and body["tools"]:
        messages[asked] = _with_words(messages[asked], how_to_call(body["tools"]))
    rest = {name: value for name, value in body.items() if name != "tools"}
    return {**rest, "messages": messages}


def block(name: str, arguments: str) -> str:
    """A call in words, given its arguments as JSON."""
    try:
        call = {"tool": name, **json.loads(arguments or "{}")}
    except (TypeError, ValueError, RecursionError):
        return f"```tool\n{arguments}\n```"
    return f"```tool\n{json.dumps(call, ensure_ascii=False)}\n```"


def words_of(message: Mapping[str, Any]) -> Any:
    """The content of a message, with its calls in words."""
    calls = [call["function"] for call in message.get("tool_calls", ())]
    if not calls:
        return message["content"]
    blocks = [block(call["name"], call["arguments"]) for call in calls]
    return "\n\n".join(filter(None, [message["content"], *blocks]))


def _with_words(message: Mapping[str, Any], words: str) -> Mapping[str, Any]:
    content = message["content"]
    if isinstance(content, str):
        return {**message, "content": f"{content}\n\n{words}"}
    return {**message, "content": [*content, {"type": "text", "text": words}]}


def _function(tool: OfferedTool, name: str) -> dict[str, Any]:
    function = {"name": name, "description": tool.about, "parameters": tool.parameters}
    return {"type": "function", "function": function}


def _spelt(message: Mapping[str, Any], spelt: Mapping[str, str]) -> Mapping[str, Any]:
    """A message with the names of functions as they are sent, and without content that is none."""
    if "tool_calls" not in message:
        return message
    calls = []
    for call in message["tool_calls"]:
        name = call["function"]["name"]
        name = spelt.get(name) or _NOT_IN_NAMES.sub("_", name)[:LONGEST_NAME] or "unnamed"
        calls.append({**call, "function": {**call["function"], "name": name}})
    return {**message, "content": message["content"] or None, "tool_calls": calls}
