"""Python functions without a body worth the name, found in the syntax tree."""

import ast
import re
from collections.abc import Iterator, Mapping

from warehouse.python_source import syntax_tree
from warehouse.sandbox.stacks.code import Stub

_LATER = re.compile(
    r"(?i)\b(?:todo|fixme|tbd|placeholder|not (?:yet )?implemented|to be implemented|implement"
    r" (?:this|me|here|the)|your code here|goes here)\b"
)
_MEANT = re.compile(
    r"(?i)\b(?:nothing to do|do nothing|does nothing|intentional\w*|no-?op|not needed|on purpose"
    r"|by design|optional hook|override|subclass(?:es)?)\b"
)
_MARKERS = frozenset({"abstractmethod", "abstractproperty", "overload"})
_ABSTRACT_NAMES = re.compile(r"^(?:I[A-Z]|Abstract|Base)|(?:Base|Interface|Mixin|Protocol)$")
_QUIET_NAMES = re.compile(r"^(?:__\w+__|_?no_?op|do_nothing|log_message|flush)$")

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class PythonProgram:
    """The Python files of a product, read together: a method is a hook if a subclass fills it."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._trees: dict[str, ast.Module] = {}
        self._broken: list[Stub] = []
        for path, source in sources.items():
            try:
                self._trees[path] = syntax_tree(source)
            except SyntaxError as error:
                why = f"syntax error: {error.msg}"
                self._broken.append((path, error.lineno or 1, "the file", why))
        self._filled = {
            (base, node.name)
            for tree in self._trees.values()
            for owner in ast.walk(tree)
            if isinstance(owner, ast.ClassDef)
            for base in map(_last_name, owner.bases)
            for node in owner.body
            if isinstance(node, _Function)
        }

    def stubs(self) -> Iterator[Stub]:
        """Every function that only stands for one, and every file that does not parse."""
        yield from self._broken
        for path, tree in self._trees.items():
            lines = self._sources[path].splitlines()
            for function, owners in _functions(tree):
                if self._is_left_open(function, owners):
                    continue
                if why := _why_empty(function, lines):
                    name = ".".join([*(owner.name for owner in owners), function.name])
                    yield path, function.lineno, name, why

    def _is_left_open(self, function: _Function, owners: list[ast.ClassDef]) -> bool:
        """Whether the language or the program says that an empty body is right here."""
        if any(_last_name(mark) in _MARKERS for mark in function.decorator_list):
            return True
        if not owners:
            return False
        owner = owners[-1]
        return (
            any(_last_name(base) == "Protocol" for base in owner.bases)
            or bool(_ABSTRACT_NAMES.search(owner.name))
            or (owner.name, function.name) in self._filled
        )


def _functions(tree: ast.Module) -> Iterator[tuple[_Function, list[ast.ClassDef]]]:
    waiting: list[tuple[ast.AST, list[ast.ClassDef]]] = [(tree, [])]
    while waiting:
        node, owners = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, _Function):
                yield child, owners
                waiting.append((child, []))
            else:
                inside = [*owners, child] if isinstance(child, ast.ClassDef) else owners
                waiting.append((child, inside))


def _why_empty(function: _Function, lines: list[str]) -> str | None:
    comments = _comments(function, lines)
    remarks = f"{ast.get_docstring(function, clean=False) or ''}\n{comments}"
    body = [node for node in function.body if not _is_text(node)]
    later = bool(_LATER.search(remarks))
    if not body:
        return "has only a docstring" if not _MEANT.search(remarks) or later else None
    if all(isinstance(node, ast.Pass) or _is_ellipsis(node) for node in body):
        if later:
            return "has only a TODO"
        if _MEANT.search(remarks) or _QUIET_NAMES.match(function.name):
            return None
        return "has only '...'" if _is_ellipsis(body[0]) else "has only 'pass'"
    if len(body) > 1:
        return None
    only = body[0]
    if isinstance(only, ast.Raise) and _raised(only) == "NotImplementedError":
        return "raises NotImplementedError"
    if later and isinstance(only, ast.Return) and _is_constant(only.value):
        return "returns a constant and has a TODO"
    if _prints_that_it_is_missing(only):
        return "only prints that it is not implemented"
    return None


def _comments(function: _Function, lines: list[str]) -> str:
    own = lines[function.lineno - 1 : function.end_lineno]
    return "\n".join(line.partition("#")[2] for line in own if "#" in line)


def _prints_that_it_is_missing(node: ast.stmt) -> bool:
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        return False
    call = node.value
    printed = " ".join(str(arg.value) for arg in call.args if isinstance(arg, ast.Constant))
    return _last_name(call.func) == "print" and bool(_LATER.search(printed))


def _raised(node: ast.Raise) -> str:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return _last_name(raised) if raised else ""


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_text(node: ast.stmt) -> bool:
    return _holds_constant(node) and isinstance(node.value.value, str)  # type: ignore[attr-defined]


def _is_ellipsis(node: ast.stmt) -> bool:
    return _holds_constant(node) and node.value.value is ...  # type: ignore[attr-defined]


def _holds_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_constant(node: ast.expr | None) -> bool:
    if isinstance(node, ast.List | ast.Tuple):
        return not node.elts
    if isinstance(node, ast.Dict):
        return not node.keys
    return node is None or isinstance(node, ast.Constant)
