def busiest_day(visits: list[tuple[str, int]]) -> str | None:
    """The day that has the most visitors in all."""
    totals: dict[str, int] = {}
    for day, visitors in visits:
        totals[day] = totals.get(day, 0) + visitors
    return max(totals, key=lambda day: totals[day], default=None)
