"""Ids of tasks that were given none."""

import hashlib
import re
import unicodedata

from company.lab.tasks.task_card import LONGEST_ID

WORDS = 6
LONGEST_SLUG = 48


class TaskIds:
    """The ids of the tasks read so far. A derived one depends on the tasks before it alone, so that
    tasks added at the end of a file change no id."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, task_id: str) -> None:
        """Remember an id that was written down."""
        self._taken.add(task_id.lower())

    def from_prompt(self, prompt: str) -> str:
        """A new id from the first words of a task."""
        words = re.findall(r"[a-z0-9]+", _plain(prompt).lower())[:WORDS]
        slug = "-".join(words)[:LONGEST_SLUG].rstrip("-")
        return self._unique(slug or f"task-{hashlib.sha256(prompt.encode()).hexdigest()[:8]}")

    def from_name(self, name: str) -> str:
        """A new id from a name that need not be unique, nor fit for a folder."""
        slug = re.sub(r"[^A-Za-z0-9_.-]+", "-", _plain(name))[:LONGEST_SLUG].strip("-_.")
        return self._unique(slug) if slug else self.from_prompt(name)

    def _unique(self, slug: str) -> str:
        candidate, number = slug, 1
        while candidate.lower() in self._taken:
            number += 1
            candidate = f"{slug}-{number}"
        self.take(candidate)
        assert len(candidate) <= LONGEST_ID
        return candidate


def _plain(text: str) -> str:
    """Without accents: `café` becomes `cafe`."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
