"""JavaScript functions with an empty body, found without a parser.

Strings, templates, regular expressions and comments are blanked first; then named functions,
methods and functions bound to a name are looked at. Callbacks are not: `() => {}` is a fair one.
"""

import re
from collections.abc import Iterator

_HEADS = (
    re.compile(r"\bfunction\s*\*?\s*(?P<name>[\w$]+)\s*\([^(){}]*\)\s*(?::\s*[\w<>\[\]| ]+)?\{"),
    re.compile(
        r"\b(?:const|let|var)\s+(?P<name>[\w$]+)\s*=\s*(?:async\s+)?"
        r"(?:function\s*\*?\s*\([^(){}]*\)|\([^(){}]*\)\s*=>|[\w$]+\s*=>)\s*\{"
    ),
    re.compile(
        r"^[ \t]+(?:static\s+|async\s+|get\s+|set\s+|\*\s*)*(?P<name>#?[\w$]+)\s*"
        r"\([^(){};]*\)\s*\{",
        re.MULTILINE,
    ),
)
_NO_FUNCTIONS = frozenset(
    {"if", "for", "while", "switch", "catch", "with", "function", "constructor", "return"}
)
_QUIET_NAMES = re.compile(r"(?i)^(?:noop|no_op|donothing)$")
_LATER = re.compile(
    r"(?i)\b(?:todo|fixme|placeholder|not (?:yet )?implemented|to be implemented|your code here"
    r"|implement (?:this|me|here|the))\b"
)
_MEANT = re.compile(r"(?i)\b(?:nothing to do|do nothing|intentional\w*|no-?op|on purpose)\b")
_TOKENS = re.compile(
    r"""
      (?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
    | (?P<string>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\.|[^`\\])*`?)
    | (?P<regex>(?<=[=(,:!&|?;\[{])\s*/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n]){0,200}\]|[^/\\\n\[])+/)
    """,
    re.VERBOSE | re.DOTALL,
)
_THROWS = re.compile(r"\s*throw\s+new\s+\w*Error\s*\([^()]*\)\s*;?\s*")


def javascript_stubs(source: str) -> Iterator[tuple[int, str, str]]:
    """Line, name and reason of every function whose body is empty or says it is not written."""
    bare = _TOKENS.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source)
    seen = set()
    for head in _HEADS:
        for found in head.finditer(bare):
            start = found.end()
            name = found["name"]
            if start in seen or name in _NO_FUNCTIONS or _QUIET_NAMES.match(name):
                continue
            seen.add(start)
            if why := _why_empty(source, bare, start):
                yield source.count("\n", 0, found.start("name")) + 1, name, why


def _why_empty(source: str, bare: str, start: int) -> str | None:
    end = bare.find("}", start)
    if end < 0:
        return None
    code, said = bare[start:end], source[start:end]
    if not code.strip():
        if _LATER.search(said):
            return "has only a TODO"
        return None if _MEANT.search(said) else "has an empty body"
    if _THROWS.fullmatch(code) and _LATER.search(said):
        return "throws that it is not implemented"
    return None
