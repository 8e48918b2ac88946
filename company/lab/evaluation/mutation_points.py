"""Small faults that can be put into a Python program, one at a time, found in its syntax tree.

The faults are those of the mutation testing literature: a competent programmer's slips (DeMillo, Lipton
and Sayward, 1978), in the few operators that stand for the many (Offutt et al., 1996; Deng, Offutt
and Li, 2013, for removed statements). A fault is an edit of the source in place, so that every
other line stays as it was written. Texts are left alone, since no test should hold a program to
the wording of its messages, and so is what only runs when the file is started.
"""

import ast
import dis
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType

from warehouse.python_source import compiled, syntax_tree

COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"),
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"), ast.Mod: ("%", "*"), ast.Pow: ("**", "*"),
    ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"), ast.BitXor: ("^", "&"),
    ast.LShift: ("<<", ">>"), ast.RShift: (">>", "<<"),
}  # fmt: skip
BOOLEANS: dict[type[ast.boolop], tuple[str, str]] = {ast.And: ("and", "or"), ast.Or: ("or", "and")}
LARGEST = 10**15
"""Numbers beyond it are left alone: one more would change nothing, or could not be written."""
LONGEST_QUOTE = 60

_COMMENT = re.compile(rb"#[^\n]*")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: the bytes from `start` to `end` of a file's source replaced by `text`."""

    path: str
    line: int
    start: int
    end: int
    text: str
    what: str
    """What was changed, in words."""

    def put_into(self, source: str) -> str:
        """The source with the fault."""
        data = source.encode()
        return (data[: self.start] + self.text.encode() + data[self.end :]).decode()

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def mutants_of(path: str, source: str) -> list[Mutant]:
    """Every fault for one file, in the order of the source; none for a file that does not parse.

    `source` has plain newlines.
    """
    try:
        tree = syntax_tree(source)
    except SyntaxError:
        return []
    return sorted(_File(path, source).mutants(tree), key=lambda one: (one.start, one.end, one.what))


def changes_something(mutant: Mutant, source: str) -> bool:
    """Whether the fault compiles, and to something else than the source does."""
    faulty = _compiled(mutant.put_into(source))
    return faulty is not None and faulty != _sound(source)


class _File:
    """One source, with the place of every line in its bytes."""

    def __init__(self, path: str, source: str) -> None:
        self._path = path
        self._data = source.encode()
        self._lines = [0]
        for line in self._data.split(b"\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)

    def mutants(self, tree: ast.Module) -> Iterator[Mutant]:
        waiting: list[ast.AST] = [node for node in tree.body if not _is_guard(node)]
        while waiting:
            node = waiting.pop()
            yield from self._of(node)
            waiting += _inside(node)

    def _of(self, node: ast.AST) -> Iterator[Mutant]:
        match node:
            case ast.Compare():
                terms = [node.left, *node.comparators]
                for left, op, right in zip(terms, node.ops, terms[1:], strict=False):
                    yield from self._operator(left, right, *COMPARISONS[type(op)])
            case ast.BoolOp():
                for left, right in zip(node.values, node.values[1:], strict=False):
                    yield from self._operator(left, right, *BOOLEANS[type(node.op)])
            case ast.BinOp() if type(node.op) in ARITHMETIC and not _is_about_text(node):
                yield from self._operator(node.left, node.right, *ARITHMETIC[type(node.op)])
            case ast.AugAssign():
                if type(node.op) in ARITHMETIC and not _is_text(node.value):
                    was, becomes = (f"{sign}=" for sign in ARITHMETIC[type(node.op)])
                    yield from self._operator(node.target, node.value, was, becomes)
                yield self._removed(node)
            case ast.UnaryOp(op=ast.Not()):
                yield self._edit(node, f"({self._text(node.operand)})", after="without its `not`")
            case ast.If() | ast.While() | ast.IfExp():
                if not isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Constant):
                    yield self._edit(node.test, f"(not ({self._text(node.test)}))", after="negated")
            case ast.Constant():
                yield from self._constant(node)
            case ast.Return(value=ast.expr() as value) if not _is_none(value):
                yield self._edit(value, "None", before="returns None instead of")
            case ast.Expr(value=ast.Call() | ast.Await()) | ast.Raise() | ast.Delete():
                yield self._removed(node)
            case ast.Assign():
                if all(isinstance(t, ast.Attribute | ast.Subscript) for t in node.targets):
                    yield self._removed(node)

    def _operator(
        self, left: ast.expr, right: ast.expr, was: str, becomes: str
    ) -> Iterator[Mutant]:
        """The operator between two terms; only blanks, brackets and comments stand beside it."""
        start, end = self._span(left)[1], self._span(right)[0]
        between = _COMMENT.sub(lambda comment: b" " * len(comment[0]), self._data[start:end])
        match = re.search(rb"\s+".join(map(re.escape, was.encode().split())), between)
        if match:
            place = start + match.start(), start + match.end()
            line = self._data.count(b"\n", 0, place[0]) + 1
            yield Mutant(self._path, line, *place, becomes, f"`{was}` became `{becomes}`")

    def _constant(self, node: ast.Constant) -> Iterator[Mutant]:
        value = node.value
        other: object
        if isinstance(value, bool):
            other = not value
        elif isinstance(value, int | float) and abs(value) <= LARGEST:
            other = value + 1
        else:
            return
        yield self._edit(node, repr(other), before=f"{other!r} instead of")

    def _removed(self, node: ast.stmt) -> Mutant:
        return self._edit(node, "pass", after="removed")

    def _edit(
        self, node: ast.stmt | ast.expr, text: str, *, before: str = "", after: str = ""
    ) -> Mutant:
        """A whole node replaced; `before` and `after` are the words around it."""
        quote = " ".join(self._text(node).split())
        quote = quote if len(quote) <= LONGEST_QUOTE else f"{quote[: LONGEST_QUOTE - 1]}…"
        what = f"{before} `{quote}` {after}".strip()
        return Mutant(self._path, node.lineno, *self._span(node), text, what)

    def _text(self, node: ast.AST) -> str:
        start, end = self._span(node)
        return self._data[start:end].decode()

    def _span(self, node: ast.AST) -> tuple[int, int]:
        assert isinstance(node, ast.stmt | ast.expr)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self._lines[node.lineno - 1] + node.col_offset,
            self._lines[node.end_lineno - 1] + node.end_col_offset,
        )


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node that may be faulty: no types, no decorators, no formatted texts."""
    if isinstance(node, ast.JoinedStr):
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child


def _is_guard(node: ast.stmt) -> bool:
    """Whether a statement is `if __name__ == "__main__":`."""
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and isinstance(node.test.left, ast.Name)
        and node.test.left.id == "__name__"
    )


def _is_about_text(node: ast.BinOp) -> bool:
    return _is_text(node.left) or _is_text(node.right)


def _is_text(node: ast.expr) -> bool:
    constant = isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    return constant or isinstance(node, ast.JoinedStr)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


@lru_cache(maxsize=64)
def _sound(source: str) -> tuple[object, ...] | None:
    return _compiled(source)


def _compiled(source: str) -> tuple[object, ...] | None:
    try:
        return _essence(compiled(source))
    except (SyntaxError, RecursionError):
        return None


def _essence(code: CodeType) -> tuple[object, ...]:
    """What a code object does, without where it stands and what it never comes by."""
    steps = (
        (each.opcode, _essence(each.argval))
        if isinstance(each.argval, CodeType)
        else (each.opcode, type(each.argval), repr(each.argval))
        for each in dis.get_instructions(code)
    )
    return (*steps, code.co_exceptiontable)
