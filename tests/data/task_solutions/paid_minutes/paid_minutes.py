def paid_minutes(stamps: list[int]) -> int:
    """Count the paid minutes of a day, less what its pause lacks."""
    if len(stamps) % 2 == 1:
        stamps = stamps[:-1]
    work = sum(stamps[1::2]) - sum(stamps[::2])
    pause = sum(stamps[2::2]) - sum(stamps[1:-1:2])
    if work > 360:
        work = max(360, work - max(0, 30 - pause))
    return work
