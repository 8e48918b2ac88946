"""The one door to Python source that nobody vouches for: nothing in it can end the process."""

import ast
import warnings

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
