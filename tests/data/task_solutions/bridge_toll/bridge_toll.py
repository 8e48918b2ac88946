def bridge_toll(axles: list[int]) -> int:
    """Add up what vehicles pay, by their numbers of axles."""
    return sum(150 + 40 * max(0, count - 2) for count in axles)
