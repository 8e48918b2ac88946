"""Whole files that are not whole: `# ... rest of the code ...`."""

import re

_COMMENT = re.compile(r"^\s*(?:#+|//+|/\*+|<!--|--|;+|\*)\s*(?P<said>.+?)\s*(?:\*+/|-->)?\s*$")
_DOTS = r"(?:\.{3,}|…)"
_LEFT_OUT = (
    r"(?:(?:the\s+)?(?:rest|remainder|remaining)\b.{0,20}?\b(?:code|file|program|script|functions?"
    r"|methods?|class(?:es)?|implementation|content|logic)"
    r"|(?:existing|previous|original|other|same|unchanged)\s+(?:code|functions?|methods?|imports"
    r"|class(?:es)?|content|implementation|logic)"
    r"|(?:code|content|implementation|everything)\s+(?:is\s+|remains?\s+|stays?\s+)?(?:the\s+same|"
    r"unchanged|omitted|as before)"
    r"|(?:same|as)\s+(?:as\s+)?(?:before|above|in the original)|unchanged|omitted|no changes)"
)
_ELLIPTIC = re.compile(
    rf"(?i)^[\[(<]?\s*(?:{_DOTS}\s*[\[(]?{_LEFT_OUT}.{{0,60}}|{_LEFT_OUT}.{{0,60}}{_DOTS}[\])>]?)\s*$"
)
_PLAIN = re.compile(
    r"(?i)^[\[(]?(?:the\s+)?(?:rest of (?:the |your |this )?(?:code|file|program|script)"
    r"|existing code|(?:code |content )?(?:remains |stays |is )?unchanged"
    r"|same as (?:before|above)|code omitted.{0,30})(?:\s+(?:here|remains? (?:the same|unchanged)"
    r"|stays the same|goes here|is unchanged|for brevity|unchanged))?[\])]?\.?$"
)


def elision(code: str) -> str | None:
    """The first comment that stands for code left out, or None where the file is whole."""
    for line in code.split("\n"):
        if len(line) > 200 or not (found := _COMMENT.match(line)):
            continue
        if _ELLIPTIC.match(found["said"]) or _PLAIN.match(found["said"]):
            return line.strip()
    return None
