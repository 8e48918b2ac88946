"""Which tables of a database a question is about: by the words they share, and by what refers to what."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from warehouse.data.rows import Table

IN_A_NAME = 4.0
IN_A_COLUMN = 2.0
IN_A_COMMENT = 1.0
OF_A_NEIGHBOUR = 0.4
"""What a table is worth that one refers to, or that refers to one, as a share of that one's worth."""
SHORTEST_STEM = 4
"""Letters that two words must begin with, to be taken for the same one in another form."""
_WORD = re.compile(r"[A-ZÀ-Þ]?[a-zß-ÿ]+|[A-ZÀ-Þ]+(?![a-zß-ÿ])|\d+|[^\W\d_a-zA-ZÀ-ÿ]+")
COMMON = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "in",
        "on",
        "at",
        "by",
        "for",
        "to",
        "and",
        "or",
        "is",
        "are",
        "was",
        "were",
        "how",
        "many",
        "much",
        "what",
        "which",
        "who",
        "whose",
        "when",
        "where",
        "each",
        "per",
        "all",
        "any",
        "with",
        "from",
        "that",
        "this",
        "there",
        "do",
        "does",
        "did",
        "have",
        "has",
        "had",
        "list",
        "show",
        "give",
        "me",
        "us",
        "our",
        "id",
    ]
)


def ranked(tables: Sequence[Table], question: str) -> list[Table]:
    """The tables, those first that the question is most likely about; of equals, as they were."""
    asked = set(_stems(question)) - COMMON
    texts = [_texts(table) for table in tables]
    rare = _rarity(texts)
    own = [
        sum(rare[stem] * weight for stem, weight in each.items() if stem in asked) for each in texts
    ]
    worth = dict(zip((table.name for table in tables), own, strict=True))
    shared = dict(worth)
    for table in tables:
        for other in {column.refers.rpartition(".")[0] for column in table.columns} & worth.keys():
            shared[table.name] = max(shared[table.name], OF_A_NEIGHBOUR * worth[other])
            shared[other] = max(shared[other], OF_A_NEIGHBOUR * worth[table.name])
    return sorted(tables, key=lambda table: -shared[table.name])


def _texts(table: Table) -> dict[str, float]:
    """The stems of what is said of a table, with the most that one is worth."""
    weights: dict[str, float] = {}
    told: Iterable[tuple[str, float]] = (
        (table.comment, IN_A_COMMENT),
        *((column.comment, IN_A_COMMENT) for column in table.columns),
        *((column.name, IN_A_COLUMN) for column in table.columns),
        (table.name, IN_A_NAME),
    )
    for text, weight in told:
        weights |= dict.fromkeys(_stems(text), weight)
    return weights


def _rarity(texts: Sequence[dict[str, float]]) -> dict[str, float]:
    """What a stem is worth: the less, the more tables hold it."""
    held = Counter(stem for each in texts for stem in each)
    return {stem: math.log(1 + len(texts) / count) for stem, count in held.items()}


def _stems(text: str) -> list[str]:
    return [stem(word.lower()) for word in _WORD.findall(text)]


def stem(word: str, shortest: int = SHORTEST_STEM) -> str:
    """A word in lower case without what mostly makes another form of it, in languages with such endings."""
    for ending in ("ies", "es", "s", "en", "ing", "ed", "er", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            return word[: -len(ending)]
    return word
