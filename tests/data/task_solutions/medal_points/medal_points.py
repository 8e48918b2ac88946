def medal_points(scores: list[int]) -> list[int]:
    """Give points to the best three places."""
    points = []
    for score in scores:
        higher = sum(1 for other in scores if other > score)
        points.append([5, 3, 1][higher] if higher < 3 and score > 0 else 0)
    return points
