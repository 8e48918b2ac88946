"""The tools by the names that cards call them; each is loaded when a role has it."""

from importlib import import_module
from typing import cast

from company.tools.tool import Tool

TOOLS = {
    "read": "company.tools.read:Read",
}
"""Name → module and class."""


def tool(name: str) -> Tool:
    """The tool of that name; KeyError where there is none, which checking has ruled out."""
    module, _, kind = TOOLS[name].partition(":")
    return cast("Tool", getattr(import_module(module), kind)())
