def heating_on(readings: list[int], low: int, high: int) -> int:
    """Count the readings after which the heating is on."""
    on = False
    count = 0
    for reading in readings:
        if reading < low:
            on = True
        elif reading > high:
            on = False
        count += on
    return count
