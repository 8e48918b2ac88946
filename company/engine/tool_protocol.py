"""How a role calls tools in plain text, for any model: fenced blocks named `tool`, one JSON object each."""

import json
import re
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from company.deliverables.json_objects import json_objects
from company.tools.registry import tool
from company.tools.tool import Arguments, BadCall, Described

EDIT = "edit"
"""The tool that writes files, also those that stand beside a call."""
LARGEST_NUMBER = 2**53
"""The largest that every reader of JSON takes for the same."""
HOW = (
    "Before you answer you may use tools: then reply with a call, or several, and you are told what"
    " they come to. A call is a block such as\n```tool\n{example}\n```\nThe tools:\n{tools}"
)
HOW_TO_WRITE = (
    "\nFiles that you write above a call, in the form above, are kept before it is made. When all is"
    " done, reply without a call."
)
NO_CALL = "A call is one JSON object in a block named tool, such as {example}"
_BLOCK = re.compile(r"^```tool[ \t]*\n(.*?)(?:^```[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)


def how_to_use(names: Sequence[str], *, writes_files: bool) -> str:
    """What ends the prompt of a role with these tools."""
    tools = {name: tool(name) for name in names}
    lines = [f"{example_of(name, each)} {each.about}" for name, each in tools.items()]
    how = HOW.format(example=example_of(names[0], tools[names[0]]), tools="\n".join(lines))
    return how + (HOW_TO_WRITE if writes_files else "")


def example_of(name: str, used: Described) -> str:
    """A call of the tool as JSON, which shows its arguments."""
    return json.dumps({"tool": name, **used.example}, ensure_ascii=False)


def calls_in(reply: str) -> list[str]:
    """What each of the blocks of calls in a reply holds."""
    return [block[1] for block in _BLOCK.finditer(reply)]


def beside_calls(reply: str) -> str:
    """A reply without its calls."""
    return _BLOCK.sub("", reply)


def read_call(block: str, names: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The tool that a block calls, one of `names`, and its arguments as they are written.

    Raises BadCall for what is no call of one of them.
    """
    arguments = next(json_objects(block), None)
    if arguments is None:
        raise BadCall(NO_CALL.format(example=example_of(names[0], tool(names[0]))))
    name = arguments.pop("tool", None)
    if name not in names:
        raise BadCall(f"You have no tool {name!r}: you have {', '.join(names)}.")
    for argument, value in arguments.items():
        _check_argument(argument, value)
    return str(name), arguments


def checked(name: str, arguments: dict[str, Any]) -> Arguments:
    """The arguments as the tool takes them. Raises BadCall, which names what is wrong."""
    used = tool(name)
    try:
        # What is null was left out: models write every argument that they know of.
        given = {argument: value for argument, value in arguments.items() if value is not None}
        return used.arguments.model_validate(given)
    except ValidationError as error:
        wrong = "; ".join(
            f"'{'.'.join(map(str, each['loc']))}': {each['msg']}" for each in error.errors()
        )
        raise BadCall(
            f"'{name}' cannot be called so: {wrong}. A call is {example_of(name, used)}"
        ) from None


def _check_argument(name: str, value: object) -> None:
    """Raises BadCall for what a journal could not hold, or no tool could mean."""
    if not _is_text(name):
        raise BadCall("An argument has no usable name.")
    is_number = isinstance(value, int | float) and abs(value) <= LARGEST_NUMBER
    if not (value is None or is_number or (isinstance(value, str) and _is_text(value))):
        raise BadCall(f"The argument '{name}' cannot be used: it must be plain text or a number.")


def _is_text(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)
