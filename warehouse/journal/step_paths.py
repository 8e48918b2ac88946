"""The paths of steps: how their parts are named, and what they tell people.

Whoever walks a chain and whoever plans one name steps by these rules.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

FARTHEST = 30
"""Steps around each other that are looked at; no chain written by hand is so deep."""
_NUMBERED = re.compile(r"(?:^|/)(?!from-)([a-z]+)-([0-9]{1,6})/")
"""A place that a step made inside itself: no card has a hyphen in its name. The way `from-1` to a node
tells nothing that the node does not."""


def names_at_top(labels: Iterable[str]) -> list[str]:
    """Names for the steps of a chain itself: `1.coding`, `2.review`."""
    return [f"{number}.{label}" for number, label in enumerate(labels, 1)]


def names_within(labels: Iterable[str]) -> list[str]:
    """Names for steps inside another, unique among them: `coding`, `review`, `coding~2`."""
    times: Counter[str] = Counter()
    names = []
    for label in labels:
        times[label] += 1
        names.append(label if times[label] == 1 else f"{label}~{times[label]}")
    return names


def around(where: str) -> Iterator[str]:
    """A step's path and those of the steps around it, innermost first."""
    for _ in range(FARTHEST):
        if not where:
            return
        yield where
        where = where.rpartition("/")[0]


def is_inner_place(where: str) -> bool:
    """Whether a path ends in a place that a step made inside itself, such as `round-2`."""
    return _NUMBERED.fullmatch(f"/{where.rpartition('/')[2]}/") is not None


def circumstances(where: str) -> str:
    """The innermost round, node, turn or part around a step, as `round 2` or `node 3`; empty outside
    of all."""
    places = _NUMBERED.findall(where)
    return " ".join(places[-1]) if places else ""
