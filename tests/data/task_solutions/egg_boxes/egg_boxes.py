def egg_boxes(eggs: int) -> tuple[int, int, int]:
    """Pack eggs into boxes of ten, then of six; what is left over comes last."""
    tens, others = divmod(eggs, 10)
    sixes, left = divmod(others, 6)
    return tens, sixes, left
