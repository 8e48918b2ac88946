"""The files of a product as lines: a tree with marks, lines and bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui.panes.work.tree import Row
from tui.run_state.work import Mark
from tui.text.line import Line, Piece

MARKS: Mapping[Mark, Piece] = {
    "added": ("A", "$text-success bold"),
    "changed": ("M", "$text-warning bold"),
    "deleted": ("D", "$text-error bold"),
}
NO_MARK: Piece = (" ", "")


@dataclass(frozen=True, slots=True)
class FileLines:
    """A line for each row; `sizes` may lack files."""

    rows: Sequence[Row]
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

    def _tail(self, row: Row) -> tuple[Piece, ...]:
        if row.file is None or row.file.deleted:
            return ()
        lines = f"{row.file.lines:,}" if row.file.lines else ""
        size = self.sizes.get(row.path)
        told = "" if size is None else amount(size)
        return (
            (f"{lines:>6} {told:>8}" if self.sizes else f"{lines:>6}", "$foreground 60%"),
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
