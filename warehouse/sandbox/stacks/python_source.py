"""Python source as a syntax tree, without trusting the source."""

import ast
import warnings

_STATEMENTS = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign,
    ast.AnnAssign, ast.For, ast.While, ast.If, ast.With, ast.Try,
)  # fmt: skip


def syntax_tree(source: str) -> ast.Module:
    """Parse a module; every way in which the parser can refuse is a `SyntaxError`."""
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
