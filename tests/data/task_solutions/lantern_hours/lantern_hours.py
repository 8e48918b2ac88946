def lantern_hours(lit: int, out: int) -> int:
    """Count the hours from one time of the day to the next time it is another."""
    hours = out - lit
    return hours if hours > 0 else hours + 24
