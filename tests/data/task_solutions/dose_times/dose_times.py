def dose_times(first: int, gap: int, count: int) -> list[int]:
    """List the times of the day at which doses are taken, none of them at night."""
    times: list[int] = []
    time = first
    for _ in range(count):
        if time < 360 or time > 1320:
            time = 360
        times.append(time)
        time = (time + gap) % 1440
    return times
