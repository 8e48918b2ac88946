"""Calls of tools as they stand in the text of a reply: fenced blocks named `tool`, one JSON object each."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from company.deliverables.json_objects import json_objects
from warehouse.events import ToolCall

_BLOCK = re.compile(r"^```tool[ \t]*\n(.*?)(?:^```[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)


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

    @property
    def words(self) -> str:
        """The call as it stands there, which is the same for the same call."""
        return f"{self.name} {self.text}"

    @classmethod
    def of(cls, call: ToolCall, names: Sequence[str]) -> Self:
        """A call in the model's own protocol."""
        return cls(_known(call.name, names), *cls.read(call.arguments))

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


def written_calls(reply: str, names: Sequence[str]) -> tuple[list[Written], str]:
    """The calls in the text of a reply, and the text without them."""
    return [_of_block(block[1]) for block in _BLOCK.finditer(reply)], _BLOCK.sub("", reply)


def _of_block(block: str) -> Written:
    call = next(json_objects(block), None)
    if call is None:
        return Written(text=block)
    return Written(call.pop("tool", None), call, block)


def _known(name: str, names: Sequence[str]) -> str:
    """The name of a tool, also where a model puts the name of a group before it."""
    last = name.rpartition(".")[2]
    return last if name not in names and last in names else name
