"""How a Python project is started as if it were installed, or imported where it is a library."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from warehouse.python_source import syntax_tree
from warehouse.sandbox.stacks.code import Command, ManifestRejected, Start
from warehouse.sandbox.stacks.python_project import entry_points

_OFFERED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_DEFINITIONS = (ast.Import, ast.ImportFrom, *_OFFERED)
_SRC_PACKAGE = re.compile(r"src/(\w+)/__main__\.py")
_BESIDE = frozenset(
    {"setup.py", "conftest.py", "docs", "examples", "benchmarks", "scripts", "tests"}
)
"""Files and folders that stand beside a library."""
_SET_UP = frozenset({"logging", "logger", "warnings", "__all__"})
"""What a module may tell something while it is imported without being more than definitions."""
_IMPORT_ALL = """\
for name in sys.argv[1:]:
    try:
        __import__(name)
    except SystemExit:
        sys.exit(f"{name} ends the program when it is imported")
"""


def declared_start(files: Mapping[str, str]) -> Start | None:
    """By the first command that the project installs, else as the only package in `src`."""
    try:
        commands = entry_points(files)
    except ManifestRejected:
        commands = {}
    for name, (module, attribute) in commands.items():
        if {f"src/{path}" for path in _paths(module)}.union(_paths(module)) & files.keys():
            function = attribute.partition(".")[0]
            run = f"from {module} import {function}; sys.exit({attribute}())"
            return Start(_in_project(f"sys.argv[0] = {name!r}; {run}"))
    packages = [match[1] for path in files if (match := _SRC_PACKAGE.fullmatch(path))]
    if len(packages) != 1:
        return None
    run = f"runpy.run_module({packages[0]!r}, run_name='__main__', alter_sys=True)"
    return Start(_in_project(f"import runpy; {run}"))


def beside_none(files: Mapping[str, str]) -> dict[str, str]:
    """The files without those that stand beside a library."""
    return {path: text for path, text in files.items() if path.split("/")[0] not in _BESIDE}


def is_library(files: Mapping[str, str]) -> bool:
    """Whether these sources offer something, and none of them is more than definitions: that would be
    a program, or the part of one that runs it."""
    try:
        bodies = [syntax_tree(source).body for source in beside_none(files).values()]
    except SyntaxError:
        return False
    nodes = [node for body in bodies for node in body]
    return all(map(_defines, nodes)) and any(isinstance(node, _OFFERED) for node in nodes)


def import_all(modules: Iterable[str]) -> Command:
    """Imports modules of the project one after the other."""
    return (*_in_project(_IMPORT_ALL), *modules)


def _in_project(code: str) -> Command:
    """Python with the project as if it were installed: what is in `src` is found, after all else."""
    return ("python3", "-c", f"import sys; sys.path.append('src')\n{code}")


def _paths(module: str) -> list[str]:
    place = module.replace(".", "/")
    return [f"{place}.py", f"{place}/__init__.py"]


def _defines(node: ast.stmt) -> bool:
    match node:
        case ast.FunctionDef(name="main") | ast.AsyncFunctionDef(name="main"):
            return False
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return False
        case ast.If(body=body, orelse=other) | ast.Try(body=body, orelse=other):
            return all(map(_defines, [*body, *other]))
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
            called = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
            return not any(isinstance(each, ast.Name) and each.id == "input" for each in called)
        case ast.Expr(value=value):
            return isinstance(value, ast.Constant) or _spoken_to(value) in _SET_UP
    return isinstance(node, _DEFINITIONS)


def _spoken_to(node: ast.expr) -> str:
    """`logging` in `logging.getLogger(__name__).addHandler(handler)`."""
    while isinstance(node, ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
