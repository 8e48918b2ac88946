"""How large a product is, and how many tests it has."""

from collections.abc import Mapping

from company.deliverables.languages import language_of
from company.lab.evaluation.parts import Parts
from company.lab.metrics.comment_free import comment_free
from company.lab.metrics.spending import Values
from warehouse.sandbox.stacks.cards import stack_for

LANGUAGE_OF_PAGES = "javascript"
"""What the tests in a page are written in."""


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
    stack = stack_for(language_of(path)) or stack_for(LANGUAGE_OF_PAGES)
    return stack.code.test_cases(source) if stack else 0
