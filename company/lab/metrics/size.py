"""How large a product is, and how many tests it has. Comments and blank lines are no code."""

import re
from collections.abc import Mapping
from functools import lru_cache

from company.deliverables.languages import language_of
from company.lab.evaluation.parts import Parts
from company.lab.metrics.catalogue import Values
from company.lab.metrics.subject import Subject
from warehouse.sandbox.stacks.cards import stack_for

LANGUAGE_OF_PAGES = "javascript"
"""What the tests in a page are written in."""


_COMMENTS = {
    "css": re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL),
    "html": re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL),
}
"""Of languages that no stack runs."""


def measured(run: Subject) -> Values:
    """How large the product is."""
    return size(run.files, run.inspection.texts, run.parts)


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


@lru_cache(maxsize=256)
def comment_free(path: str, source: str) -> str:
    """The source without comments, texts that stand alone (docstrings), and blank lines."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    language = language_of(path)
    if stack := stack_for(language):
        source = stack.code.without_comments(source)
    elif comments := _COMMENTS.get(language):
        source = comments.sub("", source)
    lines = (line.rstrip() for line in source.split("\n"))
    return "\n".join(line for line in lines if line)
