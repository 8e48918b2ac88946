def dotted_centre(text: str, width: int) -> str:
    """The text in the middle of points, cut where it is too long."""
    points = max(width - len(text), 0)
    behind = points // 2
    return "." * (points - behind) + text[:width] + "." * behind
