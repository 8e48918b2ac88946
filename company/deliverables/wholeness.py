"""Whether a text can be a whole file of its language: it tells where a file ends that holds fences itself."""

import json
import re

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


def is_whole(language: str, text: str) -> bool | None:
    """Whether it is whole; None where the language does not tell.

    False means that something is open at the end: a string, a comment, an element.
    """
    if language == "python":
        return _parses(text)
    if language == "json":
        return _is_json(text)
    return False if _is_open(language, _FENCE_LINE.sub("", text)) else None


def _parses(text: str) -> bool:
    try:
        syntax_tree(text.removeprefix("\ufeff"))
    except SyntaxError:
        return False
    return True


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


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
