"""Which files and symbols of a program matter for a task: references between files, weighed as PageRank does.

Page, Brin, Motwani and Winograd, "The PageRank Citation Ranking: Bringing Order to the Web", 1999. A file hands
its rank on to those that define what it uses, and a little of it to those that use what it defines; who
is lost jumps to what the task speaks of. That a file's rank is then dealt out to the symbols by which it came
is as in aider's map of a repository (aider/repomap.py).
"""

from collections import defaultdict
from collections.abc import Mapping
from math import sqrt

from company.map.symbols import Symbols

DAMPING = 0.8
ROUNDS = 20
"""What is left to be handed on after these is a hundredth."""
BACK = 0.3
"""How much less it counts that a file is used than that it uses."""
MOST_HOMES = 8
"""A name that more files define says nothing of where it comes from."""

Weights = dict[str, dict[str, float]]
"""From file to file."""


def ranks(
    symbols: Mapping[str, Symbols], focus: Mapping[str, float]
) -> dict[tuple[str, str], float]:
    """The rank of each name in each file that defines it. `focus` is how much the task speaks of a file."""
    uses = _uses(symbols)
    of_files = page_rank(list(symbols), _links(uses), focus)
    handing_on = {user: sum(w for _, _, w in homes) for user, homes in uses.items()}
    of_names = defaultdict[tuple[str, str], float](float)
    for user, homes in uses.items():
        for home, name, weight in homes:
            of_names[home, name] += of_files[user] * weight / handing_on[user]
    for path, each in symbols.items():
        for definition in each.definitions:
            of_names[path, definition.name] += of_files[path] / len(each.definitions)
    return dict(of_names)


def page_rank(files: list[str], links: Weights, focus: Mapping[str, float]) -> dict[str, float]:
    """The rank of each file; all together they have 1."""
    spoken_of = sum(focus.values())
    if not files:
        return {}
    jump = {
        path: 0.1 / len(files) + 0.9 * focus.get(path, 0.0) / spoken_of
        if spoken_of
        else 1 / len(files)
        for path in files
    }
    whole = {path: sum(out.values()) for path, out in links.items()}
    rank = jump
    for _ in range(ROUNDS):
        handed = dict.fromkeys(files, 0.0)
        for path, out in links.items():
            share = DAMPING * rank[path] / whole[path]
            for home, weight in out.items():
                handed[home] += share * weight
        lost = 1 - sum(handed.values())
        rank = {path: handed[path] + lost * jump[path] for path in files}
    return rank


def _uses(symbols: Mapping[str, Symbols]) -> dict[str, list[tuple[str, str, float]]]:
    """Of each file the names that it uses of others: where each is at home, and how much it counts."""
    homes = defaultdict[str, dict[str, None]](dict)
    for path, each in symbols.items():
        for definition in each.definitions:
            homes[definition.name][path] = None
    telling = {
        name: (list(paths), _worth(name) / len(paths))
        for name, paths in homes.items()
        if len(paths) <= MOST_HOMES
    }
    uses = dict[str, list[tuple[str, str, float]]]()
    for path, each in symbols.items():
        found = [
            (home, name, worth * sqrt(each.names[name]))
            for name in each.names.keys() & telling.keys()
            for at_home, worth in [telling[name]]
            if path not in at_home
            for home in at_home
        ]
        if found:
            uses[path] = sorted(found)
    return uses


def _worth(name: str) -> float:
    """A long name was given on purpose; one that is private or very short is seldom meant by others."""
    if name.startswith("_") or len(name) < 4:
        return 0.1
    return 3.0 if len(name) >= 8 else 1.0


def _links(uses: Mapping[str, list[tuple[str, str, float]]]) -> Weights:
    links = defaultdict[str, defaultdict[str, float]](lambda: defaultdict(float))
    for user, homes in uses.items():
        for home, _, weight in homes:
            links[user][home] += weight
            links[home][user] += weight * BACK
    return {path: dict(out) for path, out in links.items()}
