"""HTML as the words that a reader sees, each in the line it stands in, so that lines can be cited.

Nothing is parsed that could take long: tags are passed over from left to right, once.
"""

import html
import re

SUFFIXES = (".html", ".htm", ".xhtml")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_NAME = re.compile(r"[A-Za-z][\w-]{0,40}")
_UNSEEN = ("script", "style", "template", "head")
"""What is in these is for no reader's eyes; a page's title is its heading's too, mostly."""


def without_tags(text: str) -> str:
    """The text of a page, with the lines it has in the file."""
    seen, at, lower = list[str](), 0, text.lower()
    while tag := _TAG.search(text, at):
        seen.append(text[at : tag.start()])
        end = _end(lower, tag.end())
        seen.append("\n" * text.count("\n", tag.start(), end) or " ")
        at = end
    return html.unescape("".join([*seen, text[at:]]))


def _end(lower: str, at: int) -> int:
    """Where what begins with a tag has ended."""
    name = _NAME.match(lower, at)
    closing = f"</{name[0]}" if name and name[0] in _UNSEEN else ""
    if lower.startswith("!--", at):
        return _after(lower, "-->", at)
    if closing:
        at = _after(lower, closing, at)
    return _after(lower, ">", at)


def _after(text: str, end: str, at: int) -> int:
    found = text.find(end, at)
    return len(text) if found < 0 else found + len(end)
