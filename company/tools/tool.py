"""What a tool is: a name that roles call, arguments that are checked, and text that comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Workspace:
    """What tools work on: the product as the phase sees it."""

    texts: Mapping[str, str]
    """The files that are text, by path."""


class BadCall(Exception):
    """A call that cannot be made; the message tells the role, in the second person, what to do."""


class Tool(Protocol):
    """One tool."""

    example: str
    """A call as JSON, which shows the role every argument."""
    about: str
    """What the call does, in a few words that follow the example."""

    async def call(self, arguments: Mapping[str, Any], workspace: Workspace) -> str:
        """What the call comes to. Raises BadCall where the arguments are wrong."""
