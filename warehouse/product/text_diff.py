"""What is different between texts that no commit holds yet, laid out as git lays out a commit."""

from collections.abc import Iterator, Mapping, Sequence

from warehouse.product.alignment import unchanged
from warehouse.product.git.diff import MOST_LINES, DiffLine, FileDiff, Hunk, Status

CONTEXT = 3
"""Lines around a change that are shown with it."""


def text_diffs(before: Mapping[str, str], after: Mapping[str, str | None]) -> list[FileDiff]:
    """What `after` changes in `before`, in the order of paths; None stands for a file that is gone."""
    return [
        _file(path, before.get(path), after[path])
        for path in sorted(after)
        if before.get(path) != after[path]
    ]


def _file(path: str, old: str | None, new: str | None) -> FileDiff:
    lines = list(_lines(_split(old), _split(new)))
    status: Status = "added" if old is None else "deleted" if new is None else "changed"
    shown = lines[:MOST_LINES]
    return FileDiff(path, status, False, tuple(_hunks(shown)), len(lines) - len(shown))


def _split(text: str | None) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[DiffLine]:
    """All lines of both: what was removed stands above what came in its place."""
    kept, was = unchanged(old, new), 0
    for at in range(len(new) + 1):
        until = kept.get(at, was) if at < len(new) else len(old)
        yield from (DiffLine("-", was + n + 1, 0, old[was + n]) for n in range(until - was))
        was = until
        if at in kept:
            yield DiffLine(" ", was + 1, at + 1, new[at])
            was += 1
        elif at < len(new):
            yield DiffLine("+", 0, at + 1, new[at])


def _hunks(lines: Sequence[DiffLine]) -> Iterator[Hunk]:
    changed = [at for at, line in enumerate(lines) if line.mark != " "]
    begins, ends = 0, 0
    for at in changed:
        if ends and at - CONTEXT > ends:
            yield _hunk(lines[begins:ends])
            ends = 0
        if not ends:
            begins = max(at - CONTEXT, 0)
        ends = at + 1 + CONTEXT
    if ends:
        yield _hunk(lines[begins:ends])


def _hunk(lines: Sequence[DiffLine]) -> Hunk:
    old = next((line.old for line in lines if line.old), 0)
    new = next((line.new for line in lines if line.new), 0)
    return Hunk(old, new, "", tuple(lines))
