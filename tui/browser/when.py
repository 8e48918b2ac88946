"""Moments as people say them, shortly."""

from datetime import datetime

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def ago(then: float, now: float) -> str:
    """`3 min ago`, `5 h ago`, `2 days ago`, `14 Nov`, `Nov 2024`; at most ten characters.

    Both are seconds since 1970; the dates are local ones.
    """
    passed = now - then
    if passed < MINUTE:
        return "just now" if passed > -MINUTE else _date(then, now)
    if passed < HOUR:
        return f"{int(passed // MINUTE)} min ago"
    if passed < DAY:
        return f"{int(passed // HOUR)} h ago"
    if passed < 7 * DAY:
        days = int(passed // DAY)
        return "1 day ago" if days == 1 else f"{days} days ago"
    return _date(then, now)


def _date(then: float, now: float) -> str:
    try:
        moment, present = datetime.fromtimestamp(then), datetime.fromtimestamp(now)
    except (ValueError, OverflowError, OSError):
        return ""
    if moment.year == present.year:
        return f"{moment.day} {moment:%b}"
    return f"{moment:%b} {moment.year}"
