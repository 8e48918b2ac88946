def lift_trips(weights: list[int], limit: int) -> list[list[int]]:
    """Who goes up together."""
    trips: list[list[int]] = []
    for weight in weights:
        if weight > limit:
            continue
        if not trips or len(trips[-1]) == 4 or sum(trips[-1]) + weight > limit:
            trips.append([])
        trips[-1].append(weight)
    return trips
