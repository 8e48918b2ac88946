"""Passwords kept out of what is told: in every way that URLs and messages write them."""

from urllib.parse import quote, quote_plus

HIDDEN = "[password]"


def without(text: str, password: str) -> str:
    """The text without the password."""
    if not password:
        return text
    forms = {password, quote(password, safe=""), quote(password), quote_plus(password)}
    for form in sorted({*forms, repr(password)[1:-1]}, key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    return text
