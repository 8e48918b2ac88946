def unwatched_hours(shifts: list[tuple[int, int]]) -> list[int]:
    """The hours of the day in which nobody watches."""
    watched = set()
    for start, end in shifts:
        length = (end - start) % 24 or 24
        watched.update((start + step) % 24 for step in range(length))
    return [hour for hour in range(24) if hour not in watched]
