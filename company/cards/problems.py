"""What is wrong in which line of which card, said so that a person can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass

from company.errors import ConfigurationError
from warehouse.nearest import nearest_words

MOST_SHOWN = 20
"""Problems named in one error; the rest are counted."""


@dataclass(frozen=True, order=True)
class Problem:
    """One fault of a card."""

    file: str
    """The card's file as the person knows it."""
    line: int
    """Counted from 1; 0 of what is in no file."""
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class CardError(ConfigurationError):
    """Cards that cannot be used; the message holds one problem a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        lines = [str(problem) for problem in self.problems[:MOST_SHOWN]]
        if len(self.problems) > MOST_SHOWN:
            lines.append(f"… and {len(self.problems) - MOST_SHOWN} more")
        super().__init__("\n".join(lines))


def shown(value: object) -> str:
    """A value of a card as a message may quote it: short, and free of control characters."""
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    text = repr(value[:61] if isinstance(value, str) else value)
    return text if len(text) <= 60 else text[:59] + "…" + (text[0] if text[0] in "'\"" else "")


def nearest(word: str, known: Iterable[str]) -> str:
    """The hint that ends a message about an unknown word: the nearest known one, or all of them."""
    words = sorted(known)
    close = nearest_words(word, words)
    if close:
        return f" — did you mean '{close[0]}'?"
    if not words:
        return ""
    some = ", ".join(words[:20]) + (", …" if len(words) > 20 else "")
    return f" — known: {some}"
