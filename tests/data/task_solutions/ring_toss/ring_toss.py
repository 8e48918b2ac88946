def ring_toss(points: list[int]) -> int:
    """Add up the throws, the last of which counts twice."""
    if not points:
        return 0
    return sum(points) + points[-1]
