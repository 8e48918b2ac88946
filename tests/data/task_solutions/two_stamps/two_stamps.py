def two_stamps(amount: int) -> tuple[int, int] | None:
    """Pay an amount with the fewest stamps of 7 and 11 cents."""
    for elevens in range(amount // 11, -1, -1):
        rest = amount - 11 * elevens
        if rest % 7 == 0:
            return rest // 7, elevens
    return None
