"""Whether a file of a program brings in one that is new.

The names of all new files are looked up at once: looked for one after the other, a thousand files that a
model wrote would be searched a thousand times.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

_FROM = re.compile(r"\s*from\s+([\w.]+)\s+import\b(.*)")
_BEFORE_A_NAME = re.compile(r"\bmod\s+|(?:\bimport|-m)\s+(?=([\w.]*))|[\"'/:<]")
"""What stands before a file's name, without its ending, where a program, page or build file brings it in:
a module's name may stand after those that it is in."""
_WORD = re.compile(r"\w+")
_PIECE = re.compile(r"\w+|\W")
_TOGETHER = (".go", ".java", ".kt", ".scala", ".cs", ".swift")
"""Endings of languages that make one program of all files in a folder."""


def is_any_brought_in(new: Iterable[str], files: Mapping[str, bytes]) -> bool:
    """Whether the language takes one of the new files in with those beside it, or another file names it."""
    places = {path: PurePosixPath(path) for path in files}
    beside = Counter((place.parent, place.suffix) for place in places.values())
    names = _Names()
    for path in new:
        place = places[path]
        if place.suffix not in _TOGETHER:
            names.add(path, place)
        elif beside[place.parent, place.suffix] > 1:
            return True
    return any(
        not named <= {path}
        for path, content in files.items()
        for line in set(content.decode("utf-8", "replace").splitlines())
        for named in names.named_in(line)
    )


class _Names:
    """What new files are called, and which of them a line names."""

    def __init__(self) -> None:
        self._stems: dict[str, set[str]] = {}
        """Files by what they are called without their ending,"""
        self._in_folder: dict[tuple[str, str], set[str]] = {}
        """by the folder's name before it,"""
        self._whole: dict[str, set[str]] = {}
        """and by that which names them wherever it stands."""
        self._begun: set[str] = set()
        """How those begin: no more than such a text is ever put together from a line."""

    def add(self, path: str, place: PurePosixPath) -> None:
        self._stems.setdefault(place.stem, set()).add(path)
        self._in_folder.setdefault((place.parent.name, place.stem), set()).add(path)
        for whole in (place.name, f"{place.stem}.o"):
            self._whole.setdefault(whole, set()).add(path)
            begun = ""
            for piece in _PIECE.findall(whole):
                begun += piece
                self._begun.add(begun)

    def named_in(self, line: str) -> Iterator[set[str]]:
        """Sets of the files that it names."""
        if (taken := _FROM.match(line)) is None:
            yield from self._named_in_text(line)
            return
        # Python's `from module import names`.
        module, names = taken.groups()
        last = module.rpartition(".")[2]
        yield self._stems.get(last, set())
        for name in _WORD.findall(names):
            yield self._in_folder.get((last, name), set()) if last else self._stems.get(name, set())

    def _named_in_text(self, line: str) -> Iterator[set[str]]:
        pieces = _PIECE.findall(line)
        starts: set[int] | None = None
        at = 0
        for number, piece in enumerate(pieces):
            if piece in self._begun:
                starts = _starts(line) if starts is None else starts
                text, following = piece, number + 1
                while text in self._begun:
                    yield self._whole.get(text, set())
                    if at in starts:
                        yield self._stems.get(text, set())
                    if following == len(pieces):
                        break
                    text += pieces[following]
                    following += 1
            at += len(piece)


def _starts(line: str) -> set[int]:
    """Where a name may begin that stands there without its ending."""
    starts = set[int]()
    for before in _BEFORE_A_NAME.finditer(line):
        starts.add(before.end())
        run = before[1] or ""
        starts.update(before.end() + at + 1 for at, each in enumerate(run) if at and each == ".")
    return starts
