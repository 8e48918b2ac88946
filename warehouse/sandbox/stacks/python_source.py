"""Whether a text is Python source."""

import ast

from warehouse.python_source import syntax_tree

_STATEMENTS = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign,
    ast.AnnAssign, ast.For, ast.While, ast.If, ast.With, ast.Try,
)  # fmt: skip


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
