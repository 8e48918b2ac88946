"""The map as a role reads it: files and, of each, the lines that define what matters, within so many tokens."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from company.map.symbols import Definition, Symbols
from company.models.tokens import BYTES_PER_TOKEN

WIDEST = 120
"""Characters of a line that are shown."""
MISSES = 20
"""What does not fit any more, before nothing else is tried."""
FOR_THE_REST = 0.15
"""Of the room, for naming what is not shown."""
MOST_FOLDERS = 12


@dataclass
class Drawing:
    """A map while it is drawn."""

    texts: Mapping[str, str]
    symbols: Mapping[str, Symbols]
    room: int
    """Bytes that are left."""
    shown: dict[str, dict[int, str]] = field(default_factory=dict)
    """By path the lines that are shown, by their numbers."""

    def add(self, path: str, definition: Definition) -> bool:
        """Show a definition and those around it; False where that does not fit."""
        lines = self.shown.get(path, {})
        more = {
            each.line: line
            for each in _around(definition, self.symbols[path])
            if each.line not in lines and (line := self._line(path, each))
        }
        if not more:
            return True
        cost = sum(map(_cost, more.values())) + (0 if lines else _cost(self._heading(path)))
        if cost > self.room:
            return False
        self.room -= cost
        self.shown[path] = lines | more
        return True

    def name(self, path: str, about: str) -> bool:
        """Show that there is a file; False where that does not fit."""
        cost = _cost(about)
        if cost > self.room:
            return False
        self.room -= cost
        self.shown[path] = {0: about}
        return True

    def text(self) -> str:
        """The map, the most telling file first."""
        return "\n".join(line for path in self.shown for line in self._of_file(path))

    def _of_file(self, path: str) -> Iterator[str]:
        lines = self.shown[path]
        if 0 not in lines:
            yield self._heading(path)
        yield from (lines[number] for number in sorted(lines))

    def _heading(self, path: str) -> str:
        return f"{path} ({lines_of(self.texts[path])})"

    def _line(self, path: str, definition: Definition) -> str:
        """The line itself; nothing where the name does not stand there."""
        lines = self._lines(path)
        line = lines[definition.line - 1] if 0 < definition.line <= len(lines) else ""
        if definition.name not in line:
            return ""
        return f"{definition.line:>5}: {line.rstrip().removesuffix('{').rstrip()[:WIDEST]}"

    def _lines(self, path: str) -> list[str]:
        if path not in self._split:
            self._split[path] = self.texts[path].split("\n")
        return self._split[path]

    _split: dict[str, list[str]] = field(default_factory=dict)


def drawn(
    texts: Mapping[str, str],
    others: Mapping[str, int],
    symbols: Mapping[str, Symbols],
    scores: Mapping[tuple[str, str], float],
    order: Mapping[str, float],
    tokens: int,
) -> str:
    """The map of these texts and of the `others`, of which only their bytes are known.

    Symbols come by their scores; then files are named, by how much they are spoken of."""
    room = tokens * BYTES_PER_TOKEN
    rest = int(room * FOR_THE_REST)
    drawing = Drawing(texts, symbols, room - rest)
    _add_symbols(drawing, scores)
    drawing.room += rest - 60
    sizes = {path: lines_of(text) for path, text in texts.items()}
    sizes |= {path: f"{size:,} bytes" for path, size in others.items()}
    unnamed = sorted(
        sizes.keys() - drawing.shown.keys(), key=lambda path: (-order.get(path, 0.0), path)
    )
    spoken_of = (
        [path for path in unnamed if order.get(path, 0.0) > 0] if len(unnamed) > 40 else unnamed
    )
    for path in spoken_of:
        if not drawing.name(path, f"{path} ({sizes[path]})"):
            break
    left = sizes.keys() - drawing.shown.keys()
    return "\n".join(filter(None, [drawing.text(), _rest(left, drawing.room + 60)]))


def _add_symbols(drawing: Drawing, scores: Mapping[tuple[str, str], float]) -> None:
    found = [
        (-scores.get((path, each.name), 0.0), path, each.line, each)
        for path, symbols in drawing.symbols.items()
        for each in symbols.definitions
    ]
    misses = 0
    for _, path, _, definition in sorted(found, key=lambda each: each[:3]):
        misses += not drawing.add(path, definition)
        if misses == MISSES:
            return


def _around(definition: Definition, symbols: Symbols) -> Iterator[Definition]:
    """The definition, and those in which it stands."""
    for each in symbols.definitions:
        if each.line > definition.line:
            return
        if each == definition or (each.line < definition.line and each.last >= definition.last):
            yield each


def lines_of(text: str) -> str:
    """How long a file is, in words."""
    lines = text.count("\n") + (not text.endswith("\n"))
    size = len(text.encode()) if len(text) > 100_000 else 0
    return f"{lines} lines" + (f", {size:,} bytes" if size else "")


def _rest(paths: Collection[str], room: int) -> str:
    """How many files are not shown, and where most of them are."""
    if not paths:
        return ""
    told = f"… and {len(paths)} more files"
    folders = Counter(str(PurePosixPath(path).parent) for path in paths)
    ordered = sorted(folders.items(), key=lambda each: (-each[1], each[0]))[:MOST_FOLDERS]
    named = [f"{folder}/ ({count})" for folder, count in ordered if folder != "."]
    while named and _cost(line := f"{told}, of which {', '.join(named)}") > room:
        named.pop()
    return line if named else told


def _cost(line: str) -> int:
    return len(line.encode()) + 1
