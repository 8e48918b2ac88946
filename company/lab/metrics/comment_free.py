"""Code without its comments and blank lines: what a program does, not what it says of itself."""

import re
from functools import lru_cache

from company.deliverables.languages import language_of
from warehouse.sandbox.stacks.cards import stack_for

_COMMENTS = {
    "css": re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL),
    "html": re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL),
}
"""Of languages that no stack runs."""


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
