"""What a design can show at all: the smallest p its tasks can give, and the largest that counts.

Plain arithmetic: it is asked before a run, where the packages of the lab may not be there.
"""

ALPHA = 0.05
"""How often a whole report may say "higher" or "lower" where there is no difference at all."""
PERMUTATIONS = 2**14
"""All are tried where there are no more of them (14 tasks), else as many by chance."""
_MOST_TASKS = 60


def level_of(comparisons: int) -> float:
    """What p of the clearest of so many comparisons must not exceed: Holm's first step."""
    return ALPHA / max(1, comparisons)


def least_p(tasks: int) -> float:
    """The smallest p of so many tasks, however large the difference."""
    return 1.0 if tasks < 2 else min(1.0, max(2 / 2**tasks, 2 / (PERMUTATIONS + 1)))


def fewest_tasks(level: float) -> int | None:
    """The tasks with which a difference can be shown at all; None where no number is enough."""
    return next((n for n in range(2, _MOST_TASKS) if least_p(n) <= level), None)


def futility(tasks: int, comparisons: int) -> str:
    """Why so many tasks can show nothing among so many comparisons, in a sentence; else empty."""
    level, least = level_of(comparisons), least_p(tasks)
    if least <= level:
        return ""
    needed = fewest_tasks(level)
    among = "1 comparison needs" if comparisons == 1 else f"{comparisons} comparisons need"
    more = f"at least {needed} tasks, or " if needed else ""
    few = "1 task gives" if tasks == 1 else f"{tasks} tasks give"
    return (
        f"This design can show nothing, however large a difference is: {few} a p of {least:.3g} at"
        f" the least, and {among} {level:.3g}. It takes {more}fewer conditions or primary metrics."
    )
