"""Whether words around what is set apart leave it definite: a check is only taken of what holds by itself."""

from company.acceptance.wording import begins, says, wording

LONGEST_LINK = 120
"""Characters between a command and what is said of it."""
LONGEST_TAIL = 60
"""Characters behind that are looked at."""


def only_joins(words: str) -> bool:
    """Whether words between a command and what it does only join them, whatever happens."""
    kinds = ("not", "form", "or", "if", "example", "today", "hedged", "partly")
    return not any(says(words, kind) for kind in kinds) and len(words) < LONGEST_LINK


def is_short(words: str) -> bool:
    return len(words.split()) <= 3


def depends(words: str) -> bool:
    """Whether what is said holds only where something else does, or as long as nothing is done about it;
    an example holds by itself."""
    words = wording()["example"].split(words)[-1]
    return any(says(words, kind) for kind in ("if", "not", "today", "hedged"))


def is_settled(words: str) -> bool:
    """Whether what comes after an output leaves it as it was said."""
    near = words[:LONGEST_TAIL]
    begun = any(begins(words, kind) for kind in ("or", "if", "not", "today", "form", "after"))
    loose = ("if", "not", "today", "ought", "hedged", "partly")
    return not begun and not any(says(near, kind) for kind in loose)
