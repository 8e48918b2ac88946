"""Which lines of a text are those of an earlier one, as `git diff --minimal` sees it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

MOST_LINES = 20_000
"""Of the part that differs; in a longer one every line counts as changed."""


def unchanged(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """For each line of `after` that was there before, by its index, the index it had."""
    above = _in_common(before, after)
    below = _in_common(before[above:][::-1], after[above:][::-1])
    old, new = before[above : len(before) - below], after[above : len(after) - below]
    kept = {at: at for at in range(above)}
    kept |= {len(after) - at: len(before) - at for at in range(1, below + 1)}
    if max(len(old), len(new)) <= MOST_LINES:
        kept |= {above + at: above + was for at, was in _common(old, new)}
    return kept


def _in_common(before: Sequence[str], after: Sequence[str]) -> int:
    """How many lines are the same at the beginning of both."""
    pairs = enumerate(zip(before, after, strict=False))
    most = min(len(before), len(after))
    return next((number for number, (old, new) in pairs if old != new), most)


def _common(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The longest common subsequence, as pairs of indices in `new` and in `old`.

    A row for each line of `new` has a bit for each line of `old` (Hyyrö 2004); the rows are then
    walked back from the end.
    """
    places: defaultdict[str, int] = defaultdict(int)
    for number, line in enumerate(old):
        places[line] |= 1 << number
    every = (1 << len(old)) - 1
    rows = [every]
    for line in new:
        matching = rows[-1] & places.get(line, 0)
        rows.append((rows[-1] + matching | rows[-1] - matching) & every)
    was, at = len(old), len(new)
    while was and at:
        if rows[at] >> (was - 1) & 1:
            was -= 1
        else:
            at -= 1
            if rows[at] >> (was - 1) & 1:
                was -= 1
                yield at, was
