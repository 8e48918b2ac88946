def house_points(events: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The houses and their points, the best one first."""
    points: dict[str, int] = {}
    for house, change in events:
        points[house] = max(0, points.get(house, 0) + change)
    return sorted(points.items(), key=lambda pair: (-pair[1], pair[0]))
