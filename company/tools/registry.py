"""The tools by the names that cards call them: each is a file of this folder, loaded when it is used."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import cast

import company.tools
from company.tools.tool import OfficeTool, Tool

_HOUSE = ("registry", "tool", "parameters", "output")
"""The files of the folder that are no tools."""
TOOLS = tuple(
    sorted(
        module.name for module in iter_modules(company.tools.__path__) if module.name not in _HOUSE
    )
)


Tools = Mapping[str, Tool | OfficeTool]
"""What a role has in a talk, by the names it calls them."""


def tools_named(names: Iterable[str]) -> dict[str, Tool | OfficeTool]:
    """Those of the house among these names."""
    return {name: tool(name) for name in names if name in TOOLS}


def tool(name: str) -> Tool | OfficeTool:
    """The tool of that name; KeyError where there is none, which checking has ruled out."""
    if name not in TOOLS:
        raise KeyError(name)
    return cast("Tool | OfficeTool", import_module(f"company.tools.{name}").TOOL)
