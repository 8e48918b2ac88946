def parking_fee(minutes: int) -> int:
    """Tell what a stay in the car park costs, in cents."""
    if minutes < 0:
        raise ValueError("a stay cannot be shorter than nothing")
    if minutes <= 20:
        return 0
    days, rest = divmod(minutes, 24 * 60)
    return 1000 * days + min(1000, 80 * ((rest + 29) // 30))
