"""The outline of a file: what it offers, without how, for prompts that need no more."""

import ast

from warehouse.python_source import syntax_tree, unparsed


def outline(path: str, text: str) -> str:
    """One file as a line of its own and a line for each public definition in it."""
    head = f"- {path} ({len(text.splitlines())} lines)"
    if not path.endswith(".py"):
        return head
    try:
        tree = syntax_tree(text)
    except SyntaxError:
        return f"{head}, does not parse"
    return "\n".join([head, *(f"  {line}" for line in _definitions(tree.body))])


def _definitions(body: list[ast.stmt]) -> list[str]:
    lines: list[str] = []
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines.append(_signature(node))
        elif isinstance(node, ast.ClassDef):
            lines.append(f"class {node.name}")
            lines += [f"  {line}" for line in _definitions(node.body)]
    return lines


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    returns = f" -> {unparsed(node.returns)}" if node.returns else ""
    return f"def {node.name}({unparsed(node.args)}){returns}"
