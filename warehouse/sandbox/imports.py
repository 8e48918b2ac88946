"""Which modules a program imports, found by reading it, never by running it."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Mapping

from warehouse.python_source import syntax_tree

_JAVASCRIPT = re.compile(
    r"""(?:\brequire\s*\(|\bimport\s*\(|\bfrom\s|\bimport\s)\s*(['"])(?P<name>[^'"\n]{1,200})\1"""
)


def imported_modules(language: str, source: str) -> set[str]:
    """Full dotted (Python) or quoted (JavaScript) names; nothing from a file that does not parse."""
    if language == "python":
        return python_imports(source)
    return {match["name"] for match in _JAVASCRIPT.finditer(source)}


def python_imports(source: str) -> set[str]:
    """Absolute imports, as `package.module`; `from a import b` counts as `a` and `a.b`."""
    try:
        tree = syntax_tree(source)
    except SyntaxError:
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def third_party_modules(files: Mapping[str, str]) -> list[str]:
    """Top-level modules a Python product imports that are neither its own nor Python's, sorted."""
    own: set[str] = set()
    imported: set[str] = set()
    for path, source in files.items():
        own |= {part.removesuffix(".py") for part in path.split("/")}
        if path.endswith(".py"):
            imported |= {name.partition(".")[0] for name in python_imports(source)}
    return sorted(imported - own - sys.stdlib_module_names)
