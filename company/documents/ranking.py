"""Which passages a question is about: BM25, as SQLite's full-text search has it."""

import re
import sqlite3
import unicodedata
from collections.abc import Sequence

from company.documents.library import Piece
from company.errors import ConfigurationError
from warehouse.data.ranking import COMMON, SHORTEST_STEM, stem
from warehouse.events import Passage

OF_A_TITLE = 2.0
"""What a word is worth in the name or the heading, of what it is worth in the passage."""
MOST_WORDS = 40
"""Of a question: a long task names what it is about more than once."""
SHORTEST_WORD = 3
"""Letters of a word that is found in other forms: tax in taxes, and by them: day by days."""
DAMPING = 60
"""As in the paper of reciprocal rank fusion: a first place is worth little more than a second."""
_WORD = re.compile(r"[^\W_]+")


class Ranking:
    """An index of passages in memory."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._index = sqlite3.connect(":memory:", check_same_thread=False)
        try:
            self._index.execute(
                "CREATE VIRTUAL TABLE passages USING"
                " fts5(title, text, content='', tokenize='unicode61 remove_diacritics 2')"
            )
        except sqlite3.OperationalError as fault:
            raise ConfigurationError(
                f"The SQLite of this Python cannot search texts ({fault}): --knowledge needs one with FTS5."
            ) from None
        rows = ((at, each.title, each.passage.text) for at, each in enumerate(pieces))
        self._index.executemany("INSERT INTO passages (rowid, title, text) VALUES (?, ?, ?)", rows)

    def best(self, question: str, most: int) -> list[Passage]:
        """The passages that fit a question, the best first."""
        found_words = _WORD.findall(unicodedata.normalize("NFC", question))
        words = list(dict.fromkeys(map(str.lower, found_words)))
        # A single word is what is meant, such as WHO.
        rare = words if len(words) == 1 else [word for word in words if word not in COMMON]
        asked = [_asked(word) for word in rare[:MOST_WORDS]]
        if not asked:
            return []
        found = self._index.execute(
            "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY bm25(passages, ?, 1.0), rowid LIMIT ?",
            [" OR ".join(asked), OF_A_TITLE, most],
        )
        return [self._pieces[at].passage for (at,) in found]


def _asked(word: str) -> str:
    """A word as it is searched for: in any form that begins alike; a short one, or the short one that a longer word
    is a form of, also as it is, so that it comes before what only begins like it."""
    begins, shortest = stem(word), stem(word, SHORTEST_WORD)
    if len(begins) >= SHORTEST_STEM:
        return f'"{begins}" *' if shortest == begins else f'"{begins}" * OR "{shortest}"'
    has_forms = len(word) >= SHORTEST_WORD and word.isalpha()
    return f'"{word}" OR "{word}" *' if has_forms else f'"{word}"'


def fused(rankings: Sequence[Sequence[Passage]]) -> list[Passage]:
    """Rankings of the same passages as one, by reciprocal rank fusion."""
    worth = dict[int, float]()
    for ranking in rankings:
        for rank, passage in enumerate(ranking, 1):
            worth[id(passage)] = worth.get(id(passage), 0.0) + 1 / (DAMPING + rank)
    return sorted(rankings[0], key=lambda passage: -worth[id(passage)])
