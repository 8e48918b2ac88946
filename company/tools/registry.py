"""The tools by the names that cards call them: each is a file of this folder, loaded when it is used."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import cast

import company.tools
from company.tools.tool import DatabaseTool, KnowledgeTool, OfficeTool, Tool

_HOUSE = ("registry", "tool", "parameters", "output")
"""The files of the folder that are no tools."""
TOOLS = tuple(
    sorted(
        module.name for module in iter_modules(company.tools.__path__) if module.name not in _HOUSE
    )
)


AnyTool = Tool | OfficeTool | DatabaseTool | KnowledgeTool
Tools = Mapping[str, AnyTool]
"""What a role has in a talk, by the names it calls them."""


def tools_named(
    names: Iterable[str], *, with_databases: bool = False, with_knowledge: bool = False
) -> dict[str, AnyTool]:
    """Those of the house among these names; those that ask databases or look things up only where there are some."""
    without: tuple[type[AnyTool], ...] = ()
    without += () if with_databases else (DatabaseTool,)
    without += () if with_knowledge else (KnowledgeTool,)
    tools = {name: tool(name) for name in names if name in TOOLS}
    return {name: each for name, each in tools.items() if not isinstance(each, without)}


def tool(name: str) -> AnyTool:
    """The tool of that name; KeyError where there is none, which checking has ruled out."""
    if name not in TOOLS:
        raise KeyError(name)
    return cast("AnyTool", import_module(f"company.tools.{name}").TOOL)
