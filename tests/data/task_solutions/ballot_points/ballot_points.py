def ballot_points(ballots: list[list[str]]) -> list[tuple[str, int]]:
    """The points of everybody, the most first."""
    points: dict[str, int] = {}
    for ballot in ballots:
        if len(set(ballot)) < len(ballot):
            continue
        for place, name in enumerate(ballot):
            points[name] = points.get(name, 0) + len(ballot) - place
    return sorted(points.items(), key=lambda pair: (-pair[1], pair[0]))
