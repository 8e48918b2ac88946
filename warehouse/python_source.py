"""The one door to Python source that nobody vouches for: nothing in it can end the process."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

_STATEMENTS = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign,
    ast.AnnAssign, ast.For, ast.While, ast.If, ast.With, ast.Try,
)  # fmt: skip


def syntax_tree(source: str) -> ast.Module:
    """Parse a module; every way in which the parser can refuse is a `SyntaxError`.

    The tree may be deeper than Python lets a function recurse: walk it with `ast.walk`, and write
    its parts out with `unparsed`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source)
        except (ValueError, RecursionError, MemoryError) as error:
            raise SyntaxError(str(error) or "too deeply nested") from None


def looks_like_python(text: str) -> bool:
    """Whether a text is a Python program rather than prose or output that happens to parse."""
    try:
        tree = syntax_tree(text)
    except SyntaxError:
        return False
    return any(
        isinstance(node, _STATEMENTS)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
        for node in tree.body
    )


def unparsed(node: ast.AST) -> str:
    """A part of a tree as source again; `…` where it is nested too deeply to be written out."""
    try:
        return ast.unparse(node)
    except (ValueError, RecursionError, MemoryError):
        return "…"


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a module: what it defines, what it imports, and what it reads but has not got."""

    defined: frozenset[str]
    imported: frozenset[str]
    missing: frozenset[str]


def names_in(source: str) -> Names:
    """The names of a module. Raises SyntaxError."""
    tree = syntax_tree(source)
    defined, imported = set[str](), set[str]()
    for node in _top_level(tree.body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            defined.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            imported |= {_bound_by(alias) for alias in node.names}
        else:
            defined |= {name for name, is_read in _variables(node) if not is_read}
    read, bound = set[str](), set[str]()
    for each in ast.walk(tree):
        match each:
            case ast.Name():
                (read if isinstance(each.ctx, ast.Load) else bound).add(each.id)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                bound.add(each.name)
            case ast.arg():
                bound.add(each.arg)
            case ast.alias():
                bound.add(_bound_by(each))
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                bound.add(name)
    missing = frozenset() if "*" in bound else frozenset(read - bound)
    return Names(frozenset(defined), frozenset(imported), missing)


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, those below `if`, `try` and `with` among them."""
    waiting = list(body)
    while waiting:
        node = waiting.pop(0)
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            inner = ast.iter_child_nodes(node)
            waiting += [each for each in inner if isinstance(each, ast.stmt)]


def _bound_by(alias: ast.alias) -> str:
    return (alias.asname or alias.name).partition(".")[0]


def _variables(node: ast.stmt) -> Iterator[tuple[str, bool]]:
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        for each in ast.walk(node):
            if isinstance(each, ast.Name):
                yield each.id, isinstance(each.ctx, ast.Load)
