"""Text that can be written to a file: halves of a character are joined, or replaced."""

REPLACEMENT = "\ufffd"


def whole(text: str) -> str:
    """The text with surrogate pairs joined and single surrogates replaced."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


class CharacterJoiner:
    """Joins characters whose halves arrive in two pieces, as servers that count in UTF-16 send them."""

    def __init__(self) -> None:
        self._half = ""

    def take(self, piece: str) -> str:
        """The piece, with the half before it, without the half at its end."""
        if self._half:
            piece, self._half = self._half + piece, ""
        if piece and "\ud800" <= piece[-1] <= "\udbff":
            piece, self._half = piece[:-1], piece[-1]
        return whole(piece)

    def finish(self) -> str:
        """What stands for a half whose other half never came."""
        half, self._half = self._half, ""
        return REPLACEMENT if half else ""
