"""Whole files that are not whole: `# ... rest of the code ...`."""

import re

_COMMENT = re.compile(r"^\s*(?:#+|//+|/\*+|<!--|--|;+|\*)\s*(?P<said>.+?)\s*(?:\*+/|-->)?\s*$")
_DOTS = re.compile(r"^[\[(<]?\s*(?:\.{3,}|…)\s*[\[(]?|(?:\.{3,}|…)[\])>]?\s*$")
_LEFT_OUT = re.compile(
    r"(?:the )?(?:rest|remainder|remaining)\b.*\b(?:code|file|program|script|functions?|methods?"
    r"|class(?:es)?|implementation|content|logic)"
    r"|(?:existing|previous|original|other|same|unchanged) (?:code|functions?|methods?|imports"
    r"|class(?:es)?|content|implementation|logic)"
    r"|(?:code|content|implementation|everything) (?:is |remains? |stays? )?"
    r"(?:the same|unchanged|omitted|as before)"
    r"|(?:same|as) (?:as )?(?:before|above|in the original)|unchanged|omitted|no changes"
)
_PLAIN = re.compile(
    r"(?:the )?(?:rest of (?:the |your |this )?(?:code|file|program|script)"
    r"|existing code|(?:code |content )?(?:remains |stays |is )?unchanged"
    r"|same as (?:before|above)|code omitted.*)(?: (?:here|remains? (?:the same|unchanged)"
    r"|stays the same|goes here|is unchanged|for brevity|unchanged))?\.?"
)


def elision(code: str) -> str | None:
    """The first comment that stands for code left out, or None where the file is whole."""
    for line in code.split("\n"):
        if len(line) > 200 or not (comment := _COMMENT.match(line)):
            continue
        if _stands_for_code(" ".join(comment["said"].lower().split())):
            return line.strip()
    return None


def _stands_for_code(comment: str) -> bool:
    """Whether a comment says that code was left out: with dots, or as all it says."""
    words = _DOTS.sub("", comment)
    if words != comment:
        return _LEFT_OUT.match(words.strip()) is not None
    return _PLAIN.fullmatch(comment.strip("[]()")) is not None
