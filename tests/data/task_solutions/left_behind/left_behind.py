def left_behind(stops: list[tuple[int, int]], seats: int) -> list[int]:
    """How many people cannot get on at each stop."""
    result = []
    aboard = 0
    for off, on in stops:
        aboard = max(aboard - off, 0)
        boarding = min(on, seats - aboard)
        aboard += boarding
        result.append(on - boarding)
    return result
