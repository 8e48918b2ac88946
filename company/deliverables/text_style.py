"""What a text has besides its words: how its lines end, and a mark before the first."""

BOM = "\ufeff"
_WINDOWS = "\r\n"


def plain_lines(text: str) -> str:
    """The text as a role writes it: without a byte order mark, its lines ending in one character.

    A text that ends its lines in several ways is left as it is.
    """
    text = text.removeprefix(BOM)
    return text.replace(_WINDOWS, "\n") if _ends_as_windows(text) else text


def in_the_style_of(old: str, new: str) -> str:
    """The new text of a file, with the line ends and the mark that the old one has throughout."""
    if _ends_as_windows(old) and "\r" not in new:
        new = new.replace("\n", _WINDOWS)
    return BOM + new if old.startswith(BOM) and not new.startswith(BOM) else new


def _ends_as_windows(text: str) -> bool:
    return 0 < text.count("\n") == text.count(_WINDOWS)
