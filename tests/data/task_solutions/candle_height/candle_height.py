def candle_height(height: int, minutes: int) -> int:
    """Tell how tall a candle is after it has burned for some minutes."""
    lost = 2 * (minutes // 5)
    return max(0, height - lost)
