"""The files of a product as the lines of a tree, with marks, lines and bytes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from tui.run_state.work import FileState, Mark
from tui.text.line import Line, Piece
from warehouse.paths import MAX_DEPTH


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A folder or a file; `file` is None for a folder."""

    depth: int
    name: str
    path: str
    file: FileState | None = None
    folded: bool = False


@dataclass
class _Folder:
    folders: dict[str, "_Folder"] = field(default_factory=dict)
    files: list[tuple[str, FileState]] = field(default_factory=list)


def rows_of(files: Iterable[FileState], folded: Set[str]) -> list[TreeRow]:
    """The rows that can be seen: folders before files, each in the order of the alphabet.

    `folded` are the paths of folders whose content is not shown.
    """
    root = _Folder()
    for file in files:
        *folders, name = file.path.split("/", MAX_DEPTH)  # a journal may name deeper ones
        place = root
        for folder in folders:
            place = place.folders.setdefault(folder, _Folder())
        place.files.append((name, file))
    return list(_rows(root, "", 0, folded))


def _rows(folder: _Folder, above: str, depth: int, folded: Set[str]) -> Iterator[TreeRow]:
    for name, inner in sorted(folder.folders.items()):
        path = f"{above}{name}"
        is_folded = path in folded
        yield TreeRow(depth, name, path, folded=is_folded)
        if not is_folded:
            yield from _rows(inner, f"{path}/", depth + 1, folded)
    for name, file in sorted(folder.files, key=lambda each: each[0]):
        yield TreeRow(depth, name, file.path, file)


MARKS: Mapping[str, Piece] = {
    "added": ("A", "$text-success bold"),
    "changed": ("M", "$text-warning bold"),
    "deleted": ("D", "$text-error bold"),
}
NO_MARK: Piece = (" ", "")


@dataclass(frozen=True, slots=True)
class FileLines:
    """A line for each row; `sizes` may lack files."""

    rows: Sequence[TreeRow]
    marks: Mapping[str, Mark]
    sizes: Mapping[str, int]
    width: int = 0

    def __len__(self) -> int:
        return len(self.rows)

    def line(self, number: int) -> Line:
        row = self.rows[number]
        indent = ("  " * row.depth, "")
        if row.file is None:
            arrow = "▸ " if row.folded else "▾ "
            return Line(
                (indent, (arrow, "$foreground 60%"), (f"{row.name}/", "$foreground 60%")), _lead()
            )
        mark = self.marks.get(row.path)
        style = "$foreground 60% strike" if row.file.deleted else ""
        return Line((indent, (row.name, style)), _lead(mark), self._tail(row))

    def _tail(self, row: TreeRow) -> tuple[Piece, ...]:
        if row.file is None or row.file.deleted:
            return ()
        lines = f"{row.file.lines:,}" if row.file.lines else ""
        size = self.sizes.get(row.path)
        size_in_words = "" if size is None else amount(size)
        return (
            (f"{lines:>6} {size_in_words:>8}" if self.sizes else f"{lines:>6}", "$foreground 60%"),
            (" ", ""),
        )


def _lead(mark: Mark | None = None) -> tuple[Piece, ...]:
    return (" ", ""), MARKS[mark] if mark else NO_MARK, (" ", "")


def amount(size: int) -> str:
    """Bytes as people read them: `312 B`, `4.1 kB`, `1.2 MB`."""
    if size < 1_000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1_000:.1f} kB"
    return f"{size / 1_000_000:.1f} MB"
