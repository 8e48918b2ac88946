"""Dealing out what was decided, so that several can work on it at the same time."""

import re
from collections.abc import Iterable, Sequence

from company.engine.state import State

_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*\.\w+")
"""A file of the product, as the design of a program names it."""


def decided(of: str, state: State) -> list[str]:
    """The list `of` a decision, as `design.files`; empty where nothing was decided."""
    phase, _, field = of.partition(".")
    items = state.decisions.get(phase, {}).get(field)
    return [str(item) for item in items] if isinstance(items, list) else []


def dealt(items: Iterable[str], most: int) -> list[tuple[str, ...]]:
    """The items in at most `most` shares, dealt out in turn; what is said of one file stays together."""
    about: dict[str, list[str]] = {}
    for item in items:
        about.setdefault(subject(item), []).append(item)
    groups = list(about.values())
    hands = [groups[at::most] for at in range(min(most, len(groups)))]
    return [tuple(item for group in hand for item in group) for hand in hands]


def subject(item: str) -> str:
    """What an item speaks of: `tip.py` of `tip.py: the sums`."""
    return item.partition(":")[0].strip().strip("`*\"' ")


def files_of(share: Sequence[str]) -> list[str] | None:
    """The files a share consists of; None where some of it is no file."""
    paths = [subject(item) for item in share]
    are_files = all(_PATH.fullmatch(path) and ".." not in path for path in paths)
    return paths if paths and are_files else None
