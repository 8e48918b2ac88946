"""How involved a Python program is: cyclomatic complexity and the maintainability index, by radon.

radon's own line counter is left aside: a literal of two thousand lines takes it ten seconds. The
lines of the index are ours.
"""

import ast
import math
from collections.abc import Iterator, Mapping
from statistics import fmean
from typing import Any

from company.lab.metrics.comment_free import comment_free
from company.lab.metrics.spending import Values
from warehouse.sandbox.stacks.python_source import syntax_tree


def complexity(sources: Mapping[str, str]) -> Values:
    """Of the files that can be read; None where there are none, or where radon is not installed."""
    blocks: list[int] = []
    indices: list[float] = []
    for path, source in sources.items():
        found = _measured(path, source)
        if found is not None:
            blocks += found[0]
            indices.append(found[1])
    return {
        "complexity": fmean(blocks) if blocks else None,
        "complexity_max": max(blocks, default=None),
        "maintainability": fmean(indices) if indices else None,
    }


def _measured(path: str, source: str) -> tuple[list[int], float] | None:
    """The complexity of every block of one file, and its index."""
    code_lines = len(comment_free(path, source).splitlines())
    if not code_lines:
        return None
    try:
        from radon.metrics import h_visit_ast, mi_compute
        from radon.visitors import ComplexityVisitor

        tree = syntax_tree(source)
        visitor = ComplexityVisitor.from_ast(tree)
        volume = h_visit_ast(tree).total.volume
    except (ImportError, SyntaxError, RecursionError):
        return None
    share = 100 * _comment_lines(source, tree) / code_lines
    index = mi_compute(volume, visitor.total_complexity, code_lines, share)
    blocks = [function.complexity for function in _functions(visitor)]
    return blocks or [visitor.complexity], float(index) if math.isfinite(index) else 0.0


def _functions(visitor: Any) -> Iterator[Any]:
    """Functions and methods, also those within others."""
    waiting = [*visitor.functions, *visitor.classes]
    while waiting:
        block = waiting.pop()
        if hasattr(block, "closures"):
            yield block
            waiting += block.closures
        else:
            waiting += [*block.methods, *block.inner_classes]


def _comment_lines(source: str, tree: ast.Module) -> int:
    """Lines with a comment, and lines of docstrings."""
    documented = (
        node.body[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and ast.get_docstring(node, clean=False) is not None
    )
    docstrings = sum((node.end_lineno or 0) - node.lineno + 1 for node in documented)
    return docstrings + sum("#" in line for line in source.splitlines())
