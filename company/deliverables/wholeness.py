"""Whether a text can be a whole file of its language: it tells where a file ends that holds fences itself."""

import json
import re
from enum import Enum, auto
from functools import lru_cache

from warehouse.python_source import syntax_tree

CERTAIN = frozenset({"python", "json"})
"""Languages that tell a whole file from any other text."""
_FENCE_LINE = re.compile(r"(?m)^[ \t]*(?:`{3,}|~{3,}).*$")
_ESCAPED = re.compile(r"\\.")
_HEREDOC = re.compile(r"<<[-~<]?\s*['\"]?([A-Za-z_]\w*)['\"]?")
_WITH_TEMPLATES = frozenset(
    {"javascript", "typescript", "js", "ts", "jsx", "tsx", "vue", "svelte", "go"}
)
_WITH_TRIPLE_QUOTES = frozenset(
    {"java", "kotlin", "swift", "scala", "csharp", "c#", "cs", "dart", "elixir", "toml", "groovy"}
)
_WITH_HEREDOCS = frozenset({"shell", "ruby", "php", "perl", "dockerfile"})
_MARKUP = frozenset({"html", "xml", "vue", "svelte"})
_DOCUMENTS = frozenset({"", "text", "markdown", "md", "rst", "yaml", "ini", "csv", "diff"})
_TAGS = ("pre", "textarea", "script", "style", "template")


class Wholeness(Enum):
    """What the end of a text tells of it."""

    WHOLE = auto()
    OPEN = auto()
    """It ends inside of what may hold a fence: a string of several lines, a comment, an element."""
    BROKEN = auto()
    """No line that begins as a fence makes it whole."""
    UNTOLD = auto()
    """The language does not tell."""


def wholeness(language: str, text: str) -> Wholeness:
    """What the end of a text tells of it, by the rules of its language."""
    if language == "python":
        return _of_python(text)
    if language == "json":
        return _of_json(text)
    return Wholeness.OPEN if _is_open(language, _FENCE_LINE.sub("", text)) else Wholeness.UNTOLD


def is_whole(language: str, text: str) -> bool:
    """Whether its language tells for certain that it is a whole file."""
    return language in CERTAIN and wholeness(language, text) is Wholeness.WHOLE


@lru_cache(maxsize=64)
def _of_python(text: str) -> Wholeness:
    """The same replies are read again by every walk over a run's past."""
    try:
        syntax_tree(text.removeprefix("\ufeff"))
    except SyntaxError as error:
        return Wholeness.OPEN if "triple-quoted" in str(error) else Wholeness.BROKEN
    return Wholeness.WHOLE


def _of_json(text: str) -> Wholeness:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return Wholeness.BROKEN
    return Wholeness.WHOLE


def _is_open(language: str, text: str) -> bool:
    if language in _DOCUMENTS:
        return False
    plain = _ESCAPED.sub("", text)
    return (
        (language in _WITH_TEMPLATES and plain.count("`") % 2 == 1)
        or (language in _WITH_TRIPLE_QUOTES and any(plain.count(q) % 2 for q in ('"""', "'''")))
        or (language in _WITH_HEREDOCS and _heredoc_is_open(text))
        or (language in _MARKUP and _element_is_open(text.lower()))
        or (language not in _MARKUP and text.rfind("/*") > text.rfind("*/"))
    )


def _heredoc_is_open(text: str) -> bool:
    lines = [line.strip().rstrip(";") for line in text.split("\n")]
    return any(word not in lines for word in _HEREDOC.findall(text))


def _element_is_open(text: str) -> bool:
    if text.rfind("<!--") > text.rfind("-->"):
        return True
    return any(
        len(re.findall(rf"<{tag}\b", text)) > len(re.findall(rf"</{tag}\b", text)) for tag in _TAGS
    )
