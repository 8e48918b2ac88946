"""A reply before anything is read from it."""

import re

from company.deliverables.text_style import plain_lines

_THINKING = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)


def plain(reply: str) -> str:
    """The reply as UTF-8 text, with plain newlines where all of it has others.

    Where only some lines end otherwise, they belong to what it quotes. The thoughts some models print before their answer become blank lines, so that line numbers
    still hold.
    """
    text = plain_lines(reply if "\n" in reply else reply.replace("\r", "\n"))
    text = _THINKING.sub(lambda thoughts: "\n" * thoughts[0].count("\n"), text, count=1)
    return text.encode(errors="replace").decode()


def thoughts(reply: str) -> str:
    """What `plain` leaves out."""
    match = _THINKING.match(reply)
    return match[0] if match else ""
