"""How a role calls tools: in its model's own protocol, or written in its reply; read, checked and told."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import Any

from company.engine.model_calls import Message, Reply
from company.engine.written_calls import NOTHING_PLAIN, Written, written_calls
from company.mcp.tool import ServedTool
from company.models.offered_tools import OfferedTool, block, how_to_call
from company.tools.registry import AnyTool, Tools
from company.tools.tool import BadCall

EDIT = "edit"
"""The tool that writes files, also those that stand beside a call."""
LARGEST_NUMBER = 2**53
"""The largest that every reader of JSON takes for the same."""
DEEPEST = 20
"""How deep arguments of a server's tool may be nested."""
HOW_TO_WRITE = (
    "\nFiles that you write above a call, in the form above, are kept before it is made. When all is"
    " done, reply without a call."
)
HOW_PLAIN = (
    "Reply with one block and nothing else:\n```{language}\n…\n```\nYou are told what it comes to. Then answer in"
    " one sentence, without a block."
)
HAS_TOOLS = "Before you answer you may use your tools."
HOW_MIXED = (
    "Before you answer you may use tools: then reply with a call, or several, and you are told what they come to.\n"
    "{plain}"
)
PLAIN_CALL = "```{language}\n…\n```"
OTHERS = "\nFor the others a call is a block such as\n```tool\n{example}\n```\n{calls}"
NO_CALL = "A call is one JSON object in a block named tool, such as {example}"
NO_ARGUMENTS = (
    "'{name}' was not called: its arguments are no JSON object ({why}). They began with {began} and must"
    " be such as {example}"
)
NONE_LEFT = "No call is left. Answer now, without tools."
QUOTED = 60
"""Characters of arguments that cannot be read, as the role is shown them."""
_ID = re.compile(r"[a-zA-Z0-9_-]{1,40}")
"""An id of a call that every provider takes."""


def offered(tools: Tools) -> tuple[OfferedTool, ...]:
    """These tools as a model is told of them."""
    return tuple(
        OfferedTool(name, each.about, each.parameters, each.example) for name, each in tools.items()
    )


def how_to_use(tools: Tools, *, writes_files: bool, is_native: bool = False) -> str:
    """What ends the prompt of a role with these tools; short where its model is told of them apart, and
    where all there is to call is a block in a language of its own."""
    plain = plain_blocks(tools)
    if not is_native and len(plain) == len(tools):
        return "\n".join(HOW_PLAIN.format(language=language) for language in plain)
    how = HAS_TOOLS if is_native else _in_words(tools, plain)
    return how + (HOW_TO_WRITE if writes_files else "")


def _in_words(tools: Tools, plain: Mapping[str, str]) -> str:
    """How tools are called, some of which may have a language of their own: an example of a query would be a
    query of tables that are not there, which small models make."""
    if not plain:
        return how_to_call(offered(tools))
    blocks = [
        f"The block\n{PLAIN_CALL.format(language=language)}\n{tools[name].about}."
        for language, name in plain.items()
    ]
    how = HOW_MIXED.format(plain="\n".join(blocks))
    others = [tool for tool in offered(tools) if tool.name not in plain.values()]
    calls = "\n".join(f"{tool.example_call} {tool.about}" for tool in others)
    return how + OTHERS.format(example=others[0].example_call, calls=calls)


def block_of(tools: Tools, *, is_native: bool) -> str:
    """A call of the first of these tools, as it is written."""
    first = offered(tools)[0]
    if (language := _plain(tools[first.name])) and not is_native:
        return PLAIN_CALL.format(language=language)
    return f"```tool\n{first.example_call}\n```"


def plain_blocks(tools: Tools) -> dict[str, str]:
    """The languages whose blocks are calls as they stand, each with its tool."""
    return {language: name for name, each in tools.items() if (language := _plain(each))}


def calls_in(
    reply: Reply, names: Sequence[str], plain: Mapping[str, str] = NOTHING_PLAIN
) -> tuple[list[Written], str]:
    """The calls of a reply, and its text without those that are written there."""
    calls, beside = written_calls(reply.text, names, plain)
    if not reply.calls:
        return calls, beside
    return [Written.of(call, names) for call in reply.calls], beside


def read_call(call: Written, tools: Tools) -> tuple[str, dict[str, Any]]:
    """The tool that is called, one of `tools`, and its arguments as they are written.

    Raises BadCall for what is no call of one of them.
    """
    if call.name is None and call.arguments is None:
        raise BadCall(NO_CALL.format(example=offered(tools)[0].example_call))
    if call.name not in list(tools):
        raise BadCall(f"You have no tool {call.name!r}: you have {', '.join(tools)}.")
    name = str(call.name)
    if call.arguments is None:
        began, example = json.dumps(call.text[:QUOTED]), _arguments_of(tools[name])
        raise BadCall(NO_ARGUMENTS.format(name=name, why=call.fault, began=began, example=example))
    is_served = isinstance(tools[name], ServedTool)
    for argument, value in call.arguments.items():
        for each in _inside(value) if is_served else (value,):
            _check_argument(argument, each)
    return name, call.arguments


def checked(name: str, arguments: dict[str, Any], tools: Tools) -> Any:
    """The arguments as the tool takes them. Raises BadCall, which names what is wrong."""
    try:
        return tools[name].checked(arguments)
    except BadCall as wrong:
        raise BadCall(
            f"'{name}' cannot be called so: {wrong}. Its arguments are such as {_arguments_of(tools[name])}"
        ) from None


def exchange(
    reply: Reply, kept: Sequence[str], answers: Sequence[str], ids: set[str], *, is_native: bool
) -> list[Message]:
    """A reply that called tools and what it is told, as messages of the talk.

    `kept` tells of files beside the calls. `ids` are those that calls of this talk have had; the new ones
    are added.
    """
    if not reply.calls or not is_native:
        blocks = (block(call.name, call.arguments) for call in reply.calls)
        text = "\n\n".join(filter(None, [reply.text, *blocks])) if reply.calls else reply.text
        said = "\n\n".join([*kept, *answers])
        return [{"role": "assistant", "content": text}, {"role": "user", "content": said}]
    names = [_free_id(call.id, ids) for call in reply.calls]
    calls = [
        _called(call.name, call.arguments, id_)
        for call, id_ in zip(reply.calls, names, strict=True)
    ]
    told = [
        {"role": "tool", "tool_call_id": id_, "content": answer}
        for id_, answer in zip_longest(names, answers, fillvalue=NONE_LEFT)
    ]
    told[0] |= {"content": "\n\n".join([*kept, told[0]["content"]])}
    return [{"role": "assistant", "content": reply.text, "tool_calls": calls}, *told]


def _called(name: str, arguments: str, id_: str) -> dict[str, Any]:
    """A call as its model is shown it again."""
    return {
        "id": id_,
        "type": "function",
        "function": {"name": name, "arguments": _object(arguments)},
    }


def _object(arguments: str) -> str:
    """The arguments as they were written, or mended: some servers take nothing but a JSON object."""
    with suppress(ValueError, RecursionError):
        if isinstance(json.loads(arguments), dict):
            return arguments
    return json.dumps(Written.read(arguments)[0] or {}, ensure_ascii=False)


def _free_id(wanted: str, taken: set[str]) -> str:
    """The id, or another where it is missing, unusable or taken."""
    free = wanted if _ID.fullmatch(wanted) else ""
    number = len(taken)
    while not free or free in taken:
        number += 1
        free = f"call{number:05}"  # Mistral takes nine letters and digits, and nothing else.
    taken.add(free)
    return free


def _plain(used: AnyTool) -> str:
    return "" if isinstance(used, ServedTool) else used.plain


def _arguments_of(used: AnyTool) -> str:
    return json.dumps(used.example, ensure_ascii=False)


def _check_argument(name: str, value: object) -> None:
    """Raises BadCall for what a journal could not hold, or no tool could mean."""
    if not _is_text(name):
        raise BadCall("An argument has no usable name.")
    is_number = isinstance(value, int | float) and abs(value) <= LARGEST_NUMBER
    if not (value is None or is_number or (isinstance(value, str) and _is_text(value))):
        raise BadCall(f"The argument '{name}' cannot be used: it must be plain text or a number.")


def _inside(value: object) -> Iterator[object]:
    """What a value is made of, where servers take lists and objects as well. Raises BadCall where it
    is nested too deep."""
    pending = [(value, 0)]
    while pending:
        each, depth = pending.pop()
        if depth > DEEPEST:
            raise BadCall("An argument cannot be used: it is nested too deep.")
        match each:
            case list():
                pending += [(inner, depth + 1) for inner in each]
            case dict():
                pending += [(inner, depth + 1) for inner in (*each, *each.values())]
            case _:
                yield each


def _is_text(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)
