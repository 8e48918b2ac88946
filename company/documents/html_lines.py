"""HTML as the words that a reader sees, each in the line it stands in, so that lines can be cited.

Nothing is parsed that could take long: tags are passed over from left to right, once.
"""

import html
import re

SUFFIXES = (".html", ".htm", ".xhtml")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_NAME = re.compile(r"[A-Za-z][\w-]{0,40}")
_UNSEEN = {
    name: re.compile(f"</{name}", re.IGNORECASE | re.ASCII)
    for name in ("script", "style", "template", "head")
}
"""What is in these is for no reader's eyes, and how it ends; a page's title is its heading's too, mostly."""
_NO_CHARACTER = re.compile(r"&#(?:[0-9]{20,}|[xX][0-9a-fA-F]{20,});?")
"""A number that no character has; Python refuses to read one of more than some thousand digits."""


def without_tags(text: str) -> str:
    """The text of a page, with the lines it has in the file."""
    seen, at = list[str](), 0
    while tag := _TAG.search(text, at):
        seen.append(_read(text[at : tag.start()]))
        end = _end(text, tag.end())
        seen.append("\n" * text.count("\n", tag.start(), end) or " ")
        at = end
    return "".join([*seen, _read(text[at:])])


def _read(seen: str) -> str:
    """What is seen as it is meant, in as many lines as it is written in."""
    lines = map(html.unescape, _NO_CHARACTER.sub("\ufffd", seen).split("\n"))
    return "\n".join(line.replace("\n", " ").replace("\r", " ") for line in lines)


def _end(text: str, at: int) -> int:
    """Where what begins with a tag has ended."""
    if text.startswith("!--", at):
        return _after(text, "-->", at)
    name = _NAME.match(text, at)
    closing = _UNSEEN.get(name[0].lower()) if name else None
    if closing is not None:
        closed = closing.search(text, at)
        at = closed.end() if closed else len(text)
    return _after(text, ">", at)


def _after(text: str, end: str, at: int) -> int:
    found = text.find(end, at)
    return len(text) if found < 0 else found + len(end)
