"""What a commit changed as lines: its message, then each file, hunk by hunk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from tui.panes.work.code_lines import TAB, width_of
from tui.panes.work.file_lines import MARKS
from tui.text.line import Line, Piece
from warehouse.history.entries import Committed
from warehouse.history.format.figures import counted
from warehouse.product.git.diff import DiffLine, FileDiff, Hunk

MOST_OF_MESSAGE = 40
"""Lines of a commit's message below its subject that are shown."""

GROUNDS: Mapping[str, str] = {"+": "on $success 12%", "-": "on $error 12%"}
MARK_STYLES: Mapping[str, str] = {"+": "$text-success bold", "-": "$text-error bold"}


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One line of the view, and where Enter leads from it."""

    line: Line | None = None
    path: str = ""
    number: int = 0
    """The line of the file, counted from 1; 0 for the file itself."""
    changed: DiffLine | None = None
    is_hunk: bool = False


class DiffLines:
    """The rows of a commit's diff."""

    def __init__(self, rows: Sequence[DiffRow] = ()) -> None:
        self.rows = rows
        changed = [row.changed for row in rows if row.changed is not None]
        self.width = width_of(line.text for line in changed)
        self._digits = _digits(line.old for line in changed), _digits(line.new for line in changed)
        self.hunks = [number for number, row in enumerate(rows) if row.is_hunk]

    def __len__(self) -> int:
        return len(self.rows)

    def line(self, number: int) -> Line:
        row = self.rows[number]
        if row.line is not None:
            return row.line
        changed = row.changed
        if changed is None:
            return Line(())
        mark = changed.mark
        style = "$foreground 60%" if mark == "\\" else ""
        return Line(
            ((changed.text.removesuffix("\r").expandtabs(TAB), style),),
            lead=(
                (self._numbers(changed), "$foreground 40%"),
                (f" {mark} ", MARK_STYLES.get(mark, "$foreground 40%")),
            ),
            ground=GROUNDS.get(mark, ""),
        )

    def _numbers(self, line: DiffLine) -> str:
        """The number before and the number after; no column for a side without any lines."""
        sides = zip((line.old, line.new), self._digits, strict=True)
        return "".join(f" {number or '':>{digits}}" for number, digits in sides if digits)


def _digits(numbers: Iterable[int]) -> int:
    most = max(numbers, default=0)
    return len(str(most)) if most else 0


def rows_of(commit: Committed | None, files: Sequence[FileDiff]) -> list[DiffRow]:
    """The rows of a commit whose contents are at hand."""
    rows = _message_rows(commit)
    for file in files:
        rows.append(_file_row(file.path, file.status, file.added, file.removed))
        if file.binary:
            rows.append(_remark("This is not text.", file.path))
        for hunk in file.hunks:
            rows.append(_hunk_row(file.path, hunk))
            rows += [DiffRow(None, file.path, line.new or line.old, line) for line in hunk.lines]
        if file.left_out:
            rows.append(_remark(f"… {counted(file.left_out, 'more line')}", file.path))
        rows.append(DiffRow())
    return rows


def known_rows(commit: Committed, why: str) -> list[DiffRow]:
    """The rows of a commit of which only the journal tells."""
    rows = _message_rows(commit)
    rows += [_file_row(file.path, file.status, file.added, file.removed) for file in commit.files]
    return [
        *rows,
        DiffRow(),
        _remark(why),
        _remark("What was said about it is in the conversation: o"),
    ]


def _message_rows(commit: Committed | None) -> list[DiffRow]:
    if commit is None:
        return []
    body = commit.message.partition("\n")[2].strip("\n")
    lines = [line for line in islice(body.split("\n"), MOST_OF_MESSAGE) if body]
    return [*(_remark(line) for line in lines), *([DiffRow()] if lines else [])]


def _file_row(path: str, status: str, added: int, removed: int) -> DiffRow:
    line = Line(
        ((path, "bold"),),
        lead=((" ", ""), MARKS.get(status, MARKS["changed"]), (" ", "")),
        tail=(*counts(added, removed), (" ", "")),
        ground="on $foreground 6%",
    )
    return DiffRow(line, path)


def counts(added: int, removed: int) -> tuple[Piece, ...]:
    """`+3 -1`, in their colours, without what is nothing."""
    pieces = []
    if added or not removed:
        pieces.append((f"+{added:,}", "$text-success"))
    if removed:
        pieces.append((f"{' ' if pieces else ''}-{removed:,}", "$text-error"))
    return tuple(pieces)


def _hunk_row(path: str, hunk: Hunk) -> DiffRow:
    where = f"@@ {hunk.old or hunk.new} → {hunk.new}"
    pieces = ((f" {where}", "$text-secondary"), (f"  {hunk.heading.strip()}", "$foreground 60%"))
    first = next((line for line in hunk.lines if line.mark in "+-"), None)
    number = (first.new or first.old) if first else hunk.new
    return DiffRow(Line(pieces), path, number, is_hunk=True)


def _remark(text: str, path: str = "") -> DiffRow:
    return DiffRow(Line(((f" {text}", "$foreground 60%"),)), path)
