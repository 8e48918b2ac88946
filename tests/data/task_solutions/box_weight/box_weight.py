def box_weight(box: list) -> int:
    """The weight of a box with all that is in it."""
    if not box:
        return 5
    return 10 + sum(box_weight(item) if isinstance(item, list) else item for item in box)
