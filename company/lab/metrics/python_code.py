"""What tools read in a Python program: complexity and the maintainability index, by radon, and what ruff
finds. They run nothing.

radon's own line counter is left aside: a literal of two thousand lines takes it ten seconds. The
lines of the index are ours.
"""

import ast
import math
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from statistics import fmean
from typing import Any

from company.lab.evaluation.parts import python_of
from company.lab.metrics.catalogue import Values
from company.lab.metrics.size import code_lines, comment_free
from company.lab.metrics.subject import Subject
from warehouse import child_process
from warehouse.python_source import syntax_tree

RULES = "E4,E7,E9,F"
"""Imports in their place, statements, syntax, and all of pyflakes: what ruff looked for by default until
it began to look for much more. Named here so that a newer ruff finds the same."""
PYTHON = "py311"
SECONDS = 30.0


def measured(run: Subject) -> Values:
    """What both tools say."""
    return {
        **complexity(python_of(run.parts.program)),
        **_lint(python_of({**run.parts.program, **run.parts.tests})),
    }


def _lint(sources: Mapping[str, str]) -> Values:
    number, lines = findings(sources), code_lines(sources)
    return {
        "lint": number,
        "lint_per_100_lines": 100 * number / lines if number is not None and lines else None,
    }


def complexity(sources: Mapping[str, str]) -> Values:
    """Of the files that can be read; None where there are none, or where radon is not installed."""
    blocks: list[int] = []
    indices: list[float] = []
    for path, source in sources.items():
        measures = _measured(path, source)
        if measures is not None:
            blocks += measures[0]
            indices.append(measures[1])
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


def findings(sources: Mapping[str, str]) -> int | None:
    """How many; None where there is nothing to read, ruff is not installed or does not end."""
    if not sources:
        return None
    try:
        from ruff import find_ruff_bin

        ruff = find_ruff_bin()
    except (ImportError, FileNotFoundError):
        return None
    with tempfile.TemporaryDirectory(prefix="softhouse-lint-") as folder:
        for number, (path, source) in enumerate(sorted(sources.items())):
            # Names of ours: a product's own may be anything. Of `__init__.py` less is asked.
            own = PurePosixPath(path).name == "__init__.py"
            place = Path(folder, str(number), "__init__.py" if own else "module.py")
            place.parent.mkdir()
            place.write_text(source, "utf-8", errors="replace", newline="")
        return _count(ruff, folder)


def _count(ruff: str, folder: str) -> int | None:
    options = ["--isolated", "--no-cache", "--exit-zero", "--output-format", "json-lines"]
    try:
        ended = child_process.run(
            [ruff, "check", *options, "--select", RULES, "--target-version", PYTHON, folder],
            environment={"RAYON_NUM_THREADS": "1"},
            seconds=SECONDS,
        )
    except (OSError, TimeoutError):
        return None
    return ended.output.count("\n") if ended.exit_code == 0 else None
