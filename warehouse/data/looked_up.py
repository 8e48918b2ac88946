"""What roles were shown of the user's documents: passages in fences, since what they say is material."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from warehouse.events import Passage

MOST_CHARACTERS = 6_000
"""Of all passages together, as a role is shown again what was looked up before."""


@dataclass(frozen=True)
class LookedUp:
    """Passages that a role was shown."""

    role: str
    """Its name."""
    passages: Sequence[Passage]


def passages_text(passages: Iterable[Passage]) -> str:
    """Passages as a role is shown them: each under its citation, in a fence that nothing in it can end."""
    return "\n\n".join(map(_fenced, passages))


def _fenced(passage: Passage) -> str:
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", passage.text)), 0)
    return f"[{passage.name}]\n{fence}text\n{passage.text}\n{fence}"


def fitting(passages: Iterable[Passage], characters: int) -> tuple[Passage, ...]:
    """The first of them, each once, that are shown in so many characters."""
    chosen = dict[str, Passage]()
    for each in passages:
        characters -= len(_fenced(each)) if each.name not in chosen else 0
        if characters < 0:
            break
        chosen.setdefault(each.name, each)
    return tuple(chosen.values())


def shown_to(role: str, looked_up: Iterable[LookedUp]) -> list[Passage]:
    """All that a role was shown."""
    return [passage for each in looked_up if each.role == role for passage in each.passages]


def shown_again(looked_up: Sequence[LookedUp]) -> tuple[Passage, ...]:
    """What a phase is shown that sees what was looked up before: the newest first, as there is room."""
    passages = (passage for each in reversed(looked_up) for passage in each.passages)
    return fitting(passages, MOST_CHARACTERS)
