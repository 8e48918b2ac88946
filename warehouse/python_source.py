"""The one door to Python source that nobody vouches for: nothing in it can end the process or hold it up.

The parser itself refuses what would overflow its stack. What it reads all the same may still take it
minutes or gigabytes, and whether a deep tree can be made depends on how deep the caller stands. So
what is read is bounded beforehand, and how deep it is afterwards: the answer is the same everywhere.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType
from typing import Any

MOST_WORDS = 200_000
"""Words and signs: some twenty thousand lines. A tree of so many takes a second and 300 MB at worst."""
MOST_SEARCHED = 300_000_000
"""Characters: Python 3.11 looks for each field of a formatted text from the start of that text."""
MOST_WRITTEN = 1_000_000
"""Nodes to be compiled: a `finally` is written out for every way that leaves its `try`."""
DEEPEST = 500
DEEPEST_WRITTEN = 50
"""Levels: a recursion through so many fits in what is left of the stack wherever we are called."""

_WORD = re.compile(r"\w+|[^\w\s]")
_LONG_NAME = re.compile(r"\b\w++(?:[\s\\]*+\.[\s\\]*+\w++){100}")
"""A dotted name is put together anew for each of its parts."""
_TEXT = re.compile(
    r"#[^\n]*+|(?P<prefix>[bfru]{0,2})(?P<text>"
    + "|".join(
        rf"{quotes}(?:[^{quotes[0]}\\{newline}]|\\.{lone})*+(?:{quotes})?"
        for quotes, newline, lone in (
            ('"""', "", '|"(?!"")'),
            ("'''", "", "|'(?!'')"),
            ('"', r"\n", ""),
            ("'", r"\n", ""),
        )
    )
    + ")",
    re.DOTALL | re.IGNORECASE,
)
_STATEMENTS = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign,
    ast.For, ast.While, ast.If, ast.With, ast.Try,
)  # fmt: skip


def syntax_tree(source: str) -> ast.Module:
    """Parse a module; whatever cannot be read, or not within bounds, is a `SyntaxError`.

    Walk the tree with `ast.walk`, and write its parts out with `unparsed`.
    """
    _check_length(source)
    with _refusing():
        tree = ast.parse(source)
    if _is_deeper(tree, DEEPEST):
        raise SyntaxError("too deeply nested")
    return tree


def compiled(source: str) -> CodeType:
    """The code of a module, which must not be run here; raises SyntaxError as `syntax_tree` does."""
    tree = syntax_tree(source)
    with _refusing():
        if _written_out(tree)[0] > MOST_WRITTEN:
            raise SyntaxError("too long to be compiled")
        return compile(tree, "", "exec", dont_inherit=True)


def looks_like_python(text: str) -> bool:
    """Whether a text is a Python program rather than prose or output that happens to parse."""
    try:
        tree = syntax_tree(text)
    except SyntaxError:
        return False
    return any(
        isinstance(node, _STATEMENTS)
        or (isinstance(node, ast.AnnAssign) and node.value is not None)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
        for node in tree.body
    )


def unparsed(node: ast.AST) -> str:
    """A part of a tree as source again; `…` where it is nested too deeply to be written out."""
    if _is_deeper(node, DEEPEST_WRITTEN):
        return "…"
    try:
        return ast.unparse(node)
    except ValueError:  # a number with more digits than Python writes out
        return "…"


def text_of(literal: str) -> str:
    """The text that `'a'` stands for. Raises SyntaxError for what is no literal text."""
    match syntax_tree(literal).body:
        case [ast.Expr(value=ast.Constant(value=str(text)))]:
            return text
    raise SyntaxError("no literal text")


def constant_of(node: ast.expr) -> Any:
    """What an expression of constants alone stands for. Raises ValueError for any other."""
    try:
        return ast.literal_eval(node)
    except (TypeError, SyntaxError, MemoryError, RecursionError) as error:
        raise ValueError(str(error) or "too deeply nested") from None


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
        node = waiting.pop()
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


@contextmanager
def _refusing() -> Iterator[None]:
    """Makes a SyntaxError of every way in which parser and compiler refuse."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        # Python 3.11 makes a SystemError of a tree that is too deep for where its caller stands.
        except (ValueError, RecursionError, MemoryError, SystemError) as error:
            raise SyntaxError(str(error) or "too deeply nested") from None


def _check_length(source: str) -> None:
    words = sum(1 for _ in _WORD.finditer(source))
    searched = sum(
        text["text"].count("{") * len(text["text"])
        for text in _TEXT.finditer(source)
        if "f" in (text["prefix"] or "").lower()
    )
    if words > MOST_WORDS or searched > MOST_SEARCHED or _LONG_NAME.search(source):
        raise SyntaxError("too long to be read")


def _is_deeper(node: ast.AST, levels: int) -> bool:
    """As by `ast.iter_child_nodes`, which takes three times as long, and as the parser itself does."""
    level: list[Any] = [node]
    while level and levels:
        levels -= 1
        values = [getattr(each, name, None) for each in level for name in each._fields]
        level = [value for value in values if isinstance(value, ast.AST)]
        listed = (item for value in values if isinstance(value, list) for item in value)
        level += [item for item in listed if isinstance(item, ast.AST)]
    return bool(level)


def _written_out(node: ast.AST) -> tuple[int, int]:
    """How many nodes the compiler writes out, and how many statements that leave a `try` early."""
    inside = [_written_out(child) for child in ast.iter_child_nodes(node)]
    nodes = 1 + sum(each[0] for each in inside)
    leaving = isinstance(node, ast.Return | ast.Break | ast.Continue) + sum(
        each[1] for each in inside
    )
    if isinstance(node, ast.Try | ast.TryStar) and node.finalbody:
        last = inside[-len(node.finalbody) :]
        nodes += (leaving + 1) * sum(each[0] for each in last)
    return nodes, leaving
