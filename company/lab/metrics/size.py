"""How large a product is, and how many tests it has."""

import ast
import re
from collections.abc import Iterator, Mapping

from company.deliverables.languages import language_of
from company.lab.examination.parts import Parts
from company.lab.metrics.comment_free import comment_free
from company.lab.metrics.spending import Values
from warehouse.python_source import syntax_tree

_SCRIPT_TEST = re.compile(r"^[^\S\n]*(?:test|it)(?:\.\w+)?\s*\(", re.MULTILINE)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def size(files: Mapping[str, bytes], texts: Mapping[str, str], parts: Parts) -> Values:
    """Files and lines; lines of code are without blanks, comments and docstrings."""
    return {
        "files": len(files),
        "lines": sum(len(text.splitlines()) for text in texts.values()),
        "code_lines": code_lines(parts.program),
        "test_lines": code_lines(parts.tests),
        "own_tests": sum(_tests_in(path, text) for path, text in parts.tests.items()),
    }


def code_lines(sources: Mapping[str, str]) -> int:
    """Lines that are neither blank nor only a comment or a docstring."""
    bare = (comment_free(path, text) for path, text in sources.items())
    return sum(text.count("\n") + 1 for text in bare if text)


def _tests_in(path: str, source: str) -> int:
    """How many tests a test file has, each counted once however often it is run."""
    if language_of(path) != "python":
        return len(_SCRIPT_TEST.findall(comment_free(path, source)))
    try:
        tree = syntax_tree(source)
    except SyntaxError:
        return 0
    return sum(1 for _ in _test_functions(tree))


def _test_functions(tree: ast.Module) -> Iterator[_Function]:
    """Functions called `test…`, also as methods of a class that is collected for its tests."""
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) and _holds_tests(node) else [node]
        for each in inside:
            if isinstance(each, _Function) and each.name.startswith("test"):
                yield each


def _holds_tests(node: ast.ClassDef) -> bool:
    bases: list[str] = [
        base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
        for base in node.bases
    ]
    return node.name.startswith("Test") or any(base.endswith("TestCase") for base in bases)
