def rain_barrel(rain: list[int], size: int, need: int) -> tuple[int, int, int]:
    """Tell the water left in a barrel, the water lost, and the number of dry days."""
    left = lost = dry = 0
    for flow in rain:
        left += flow
        lost += max(0, left - size)
        left = min(left, size)
        if left < need:
            dry += 1
        left = max(0, left - need)
    return left, lost, dry
