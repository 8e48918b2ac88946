def forgiving_streak(days: list[int]) -> int:
    """The days of the longest streak, in which one may be missing."""
    practised = set(days)
    best = 0
    for first in practised:
        day, jumped, count = first, False, 0
        while day in practised or (not jumped and day + 1 in practised):
            if day in practised:
                count += 1
            else:
                jumped = True
            day += 1
        best = max(best, count)
    return best
