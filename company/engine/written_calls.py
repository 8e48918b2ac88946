"""Calls of tools as they stand in the text of a reply.

A role is asked for fenced blocks named `tool`, one JSON object each. Many models write calls in the marks
that they were trained with instead, or as bare JSON; these are read where a reply holds no such block.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

from company.deliverables.json_objects import json_objects
from warehouse.events import ToolCall

_BLOCK = re.compile(r"^```tool[ \t]*\n(.*?)(?:^```[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_MARKED = re.compile(
    r"""(?msx)
    ^[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[^\n`]*)\n (?P<fenced>.*?) (?:^[ \t]*(?P=fence)[`~]*[ \t]*$|\Z)
    | <(?P<tag>tool_call|function_call|tool_use)> (?P<tagged>.*?) (?:</(?P=tag)>|(?=<(?P=tag)>)|\Z)
    | <function[ ]?= (?P<function>[^>\n]+)> (?P<body>.*?) (?:</function>|(?=<function[ ]?=)|\Z)
    | <invoke[ ]name="(?P<invoked>[^"\n]+)"> (?P<given>.*?) (?:</invoke>|\Z)
    | \[TOOL_CALLS\] (?P<listed>.*) \Z
    | <\|python_tag\|> (?P<tail>.*) \Z
    | <[|｜]tool▁call▁begin[|｜]> (?:function<[|｜]tool▁sep[|｜]>)? (?P<deep>.*?) (?:<[|｜]tool▁call▁end[|｜]>|\Z)
    | <\|tool_call_begin\|> (?P<kimi>.*?) (?:<\|tool_call_end\|>|\Z)
    """
)
"""A block of code, or a call in the marks of Hermes and Qwen, Llama, Claude, Mistral, DeepSeek or Kimi."""
_NAMED = re.compile(r"\s*(?P<name>[\w.:/-]++)(?:[^{\w][^{]*+)?(?P<json>\{.*)", re.DOTALL)
_NUMBER = re.compile(r":\d+$")
"""What Kimi puts after the name of a tool."""
_INNER = re.compile(r"\s*<function[ ]?=(?P<name>[^>\n]+)>")
_LEADING = re.compile(r"\s*(?P<name>[\w.:/-]+)\s*\n(?=\s*<arg_key>)")
_PARAMETER = re.compile(
    r"""<parameter(?:[ ]?=[ ]?|[ ]name=")(?P<name>[^">\n]+)"?[^>\n]*>\n?"""
    r"(?P<value>[^<]*(?:<(?!/?parameter[ =>])[^<]*)*)</parameter>"
    r"|<arg_key>(?P<key>[^<]*)</arg_key>\s*"
    r"<arg_value>(?P<of_key>[^<]*(?:<(?!/?arg_)[^<]*)*)</arg_value>"
)
_ARGUMENTS = ("arguments", "parameters", "args", "input")
_NAMES = ("tool", "name", "function", "tool_name", "function_name")
_ASIDE = frozenset({"id", "type", "index"})
_STATEMENT = re.compile(r"\s*(?:SELECT|WITH)\s(?:[^\n`]+\n?)+")
"""A query at the beginning of a reply, without a block around it: to the first empty line."""
NOTHING = ("", "…", "...")
"""What stands in a block that shows how a call is written."""
NOTHING_PLAIN: Mapping[str, str] = MappingProxyType({})
_LANGUAGES = ("", "json", "tool_call", "tool_code", "tool_calls")
"""What a block of code that holds a call is called."""


@dataclass(frozen=True)
class Written:
    """A call as a role wrote it."""

    name: Any = None
    """Whatever stands where the name of a tool should; None where nothing does."""
    arguments: dict[str, Any] | None = None
    """None where they cannot be read; `fault` says why."""
    text: str = ""
    """The arguments as they were written."""
    fault: str = ""
    is_plain: bool = False
    """Whether it is nothing but the text of an argument, in a block of its language."""

    @property
    def words(self) -> str:
        """The call as it stands there, which is the same for the same call."""
        return f"{self.name} {self.text}"

    @classmethod
    def of(cls, call: ToolCall, names: Sequence[str]) -> Self:
        """A call in the model's own protocol."""
        return cls(known(call.name, names), *cls.read(call.arguments))

    @staticmethod
    def read(text: str) -> tuple[dict[str, Any] | None, str, str]:
        """The arguments that a text holds, the text, and why it holds none."""
        try:
            holds = json.loads(text, strict=False) if text.strip() else {}
            # Some servers write JSON into a string of JSON.
            holds = json.loads(holds, strict=False) if isinstance(holds, str) else holds
        except RecursionError:
            return None, text, "nested too deep"
        except ValueError as error:
            return None, text, str(error)
        holds = {} if holds is None else holds
        return (holds, text, "") if isinstance(holds, dict) else (None, text, "something else")


def written_calls(
    reply: str, names: Sequence[str], plain: Mapping[str, str] = NOTHING_PLAIN
) -> tuple[list[Written], str]:
    """The calls in the text of a reply, and the text without them.

    `plain` are languages whose blocks are calls as they stand, each with its tool.
    """
    blocks = [_of_block(block[1]) for block in _BLOCK.finditer(reply)]
    if blocks:
        return blocks, _BLOCK.sub("", reply)
    if bare := _in_json(reply, names):
        return bare, ""
    calls, beside, end = list[Written](), list[str](), 0
    for found in _MARKED.finditer(reply):
        tool = plain.get((found["language"] or "").strip().lower())
        if tool is not None and found["fenced"].strip() in NOTHING:
            beside.append(reply[end : found.start()])
            end = found.end()
        elif tool is not None:
            calls.append(_of_plain(tool, found["language"].strip().lower(), found["fenced"]))
            beside.append(reply[end : found.start()])
            end = found.end()
        elif marked := _in_marks(found, names):
            calls += marked
            beside.append(reply[end : found.start()])
            end = found.end()
    if not calls and (statement := _STATEMENT.match(reply)) and (tool := plain.get("sql")):
        return [_of_plain(tool, "sql", statement[0])], reply[statement.end() :]
    return calls, "".join([*beside, reply[end:]])


def known(name: str, names: Sequence[str]) -> str:
    """The name of a tool, also where a model puts the name of a group before it."""
    last = name.strip().rpartition(".")[2]
    return last if name not in names and last in names else name


def _of_plain(tool: str, argument: str, text: str) -> Written:
    return Written(tool, {argument: text.strip()}, text.strip(), is_plain=True)


def _of_block(block: str) -> Written:
    call = next(json_objects(block), None)
    if call is None:
        return Written(text=block)
    return Written(call.pop("tool", None), call, block)


def _in_marks(found: re.Match[str], names: Sequence[str]) -> list[Written]:
    """The calls in one place of a reply; none in a block of code that is something else."""
    if found["fence"]:
        is_data = found["language"].strip() in _LANGUAGES
        return _in_json(found["fenced"], names) if is_data else []
    if named := found["function"] or found["invoked"]:
        return [_of_named(named, found["body"] or found["given"] or "", names)]
    marks = ("tagged", "listed", "tail", "deep", "kimi")
    return _in_text(next(filter(None, map(found.group, marks)), ""), names)


def _in_json(text: str, names: Sequence[str]) -> list[Written]:
    """The calls in a text that is JSON and nothing but calls of these tools."""
    calls = [_of_json(holds, names, text) for holds in _only_json(text)]
    are_calls = all(call is not None and call.name in names for call in calls)
    return [call for call in calls if call is not None] if are_calls else []


def _in_text(text: str, names: Sequence[str]) -> list[Written]:
    """The calls that stand between marks: JSON, a name before JSON, or names and values in marks."""
    if inner := _INNER.match(text) or _LEADING.match(text):
        return [_of_named(inner["name"], text[inner.end() :], names)]
    calls: list[Written | None]
    if text.lstrip().startswith(("{", "[", "`")):
        calls = [_of_json(holds, names, text) for holds in reversed(list(json_objects(text)))]
    else:
        calls = [_after_name(part, names) for part in text.split("[TOOL_CALLS]")]
    return [call for call in calls if call is not None] or [Written(text=text)]


def _after_name(text: str, names: Sequence[str]) -> Written | None:
    """A call whose name stands before its arguments; None where nothing of that is there."""
    named = _NAMED.match(text)
    if named is None:
        return None
    name, holds = _NUMBER.sub("", named["name"]), next(json_objects(named["json"]), None)
    return Written(
        known(name, names), holds, named["json"], "" if holds is not None else "it has no end"
    )


def _of_named(name: str, body: str, names: Sequence[str]) -> Written:
    """A call whose name is known, given its arguments as JSON or each in its own marks."""
    given = {
        (one["name"] or one["key"]).strip(): _value(
            (one["value"] or one["of_key"] or "").removesuffix("\n")
        )
        for one in _PARAMETER.finditer(body)
    }
    holds = given or next(json_objects(body), {})
    return Written(known(name.strip().strip('"'), names), holds, body)


def _value(text: str) -> Any:
    """A number, a truth or a list as that; anything else is text as it stands."""
    try:
        holds = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text if isinstance(holds, str | dict) else holds


def _of_json(holds: Any, names: Sequence[str], text: str) -> Written | None:
    """The call that an object is; None where it is none."""
    if not isinstance(holds, dict):
        return None
    function = holds.get("function")
    holds = function if isinstance(function, dict) else holds
    key = next((key for key in _NAMES if isinstance(holds.get(key), str)), None)
    if key is None:
        return None
    name = known(holds[key], names)
    rest = {k: v for k, v in holds.items() if k != key and k not in _ASIDE}
    inside = next((k for k in _ARGUMENTS if k in rest), None)
    if (
        inside is not None
        and len(rest) == 1
        and not (key == "tool" and isinstance(rest[inside], str))
    ):
        arguments = rest[inside]
        as_text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        return Written(name, *Written.read(as_text))
    if key == "tool" or not rest:
        return Written(name, {k: v for k, v in holds.items() if k != key}, text)
    return None


def _only_json(text: str) -> list[Any]:
    """What a text holds that is JSON and nothing else: one value, those of a list, or one a line."""
    if not text.strip().startswith(("{", "[")):
        return []
    try:
        holds = json.loads(text, strict=False)
    except RecursionError:
        return []
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            return [json.loads(line) for line in lines] if len(lines) > 1 else []
        except (ValueError, RecursionError):
            return []
    return holds if isinstance(holds, list) else [holds]
