"""What a task speaks of: its words, looked for in the names of files and of what they define."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log

from company.map.naming import named_in
from company.map.symbols import Definition, Symbols

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
_CALLED = re.compile(r"\b[^\W\d]\w{0,99}(?=\()")
_NAME = re.compile(r"[^\W\d]\w{2,99}")
SAYS_NOTHING = frozenset(
    re.findall(
        r"\w+",
        "the and for with that this from into when where which should must have has had are was were not but any"
        " all its than then them they will would can could our your you their there what each only also use used"
        " using add new make change program code file files function method class return value",
    )
)
OF_A_PATH, OF_A_DEFINITION, OF_A_USE = 3.0, 2.0, 0.5
"""How much a word counts in the path of a file, in what it defines, and in what it uses."""
NAMED = 20.0
"""How much a path counts that the task names, and a definition called by its full name."""
CHOSEN = 3.0
"""How much more than the one most spoken of a file weighs that was decided on before."""


@dataclass(frozen=True)
class Focus:
    """How much the task speaks of each file, and of each name that is defined in one."""

    files: Mapping[str, float]
    names: Mapping[str, float]


def focus(
    task: str, paths: Collection[str], symbols: Mapping[str, Symbols], chosen: Iterable[str]
) -> Focus:
    """What a task, and the files `chosen` before, say of where to look."""
    wanted = parts(task) - SAYS_NOTHING
    named = {name for name in _NAME.findall(task) if not name.isalpha() or not name.islower()}
    named |= set(_CALLED.findall(task))
    of_the_task = frozenset(named_in(task, paths))
    spoken, nothing = dict[str, frozenset[str]](), frozenset[str]()
    may_hold = re.compile("|".join(map(re.escape, wanted)))

    def told(names: Iterable[str]) -> frozenset[str]:
        """The words of the task in these names."""
        for name in names:
            if name not in spoken:
                # Most names hold none of these words, which is soon seen.
                is_none = name.isascii() and may_hold.search(name.lower()) is None
                spoken[name] = nothing if is_none else parts(name) & wanted
        return nothing.union(*filter(None, map(spoken.__getitem__, names)))

    def defined(path: str) -> list[str]:
        return [each.name for each in symbols[path].definitions] if path in symbols else []

    words = {
        path: (
            (OF_A_PATH, told([path])),
            (OF_A_DEFINITION, told(defined(path))),
            (OF_A_USE, told(list(symbols[path].names) if path in symbols else [])),
        )
        for path in paths
    }
    spread = Counter(
        word for found in words.values() for word in frozenset().union(*(each for _, each in found))
    )
    rare = {word: log(1 + len(paths) / spread[word]) for word in spread}
    names = {
        name: sum(rare[word] for word in spoken[name]) + (NAMED if name in named else 0.0)
        for path in symbols
        for name in defined(path)
    }
    files = {
        path: sum(weight * rare[word] for weight, found in words[path] for word in found)
        + (NAMED if path in of_the_task or not named.isdisjoint(defined(path)) else 0.0)
        for path in paths
    }
    most = max(files.values(), default=0.0) or 1.0
    files |= {path: CHOSEN * most for path in chosen if path in files}
    return Focus(files, names)


def spoken_of(
    task: str, texts: Mapping[str, str], offers: Mapping[str, str]
) -> Mapping[str, float]:
    """How much a task speaks of each of a few files, by their words and what they offer, without parsing."""
    symbols = {
        path: Symbols(
            tuple(Definition(name, 0, 0) for name in dict.fromkeys(_NAME.findall(offers[path]))),
            Counter(_NAME.findall(text)),
        )
        for path, text in texts.items()
    }
    return focus(task, texts, symbols, ()).files


def parts(name: str) -> frozenset[str]:
    """The words that a name is made of, in small letters and without the plural's ending."""
    return frozenset(filter(None, map(_stem, _PART.findall(name))))


@lru_cache(maxsize=1 << 16)
def _stem(part: str) -> str:
    """Empty where it is too short to tell anything. The names of a program are made of few words."""
    word = part.lower()
    if len(word) <= 2 and not word.isdecimal():
        return ""
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word
