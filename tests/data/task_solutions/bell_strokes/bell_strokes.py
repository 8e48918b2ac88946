def bell_strokes(minutes: int) -> int:
    """Tell how often the bell strikes at a time of the day."""
    hour, minute = divmod(minutes, 60)
    if hour < 6 or hour >= 22 or minute % 15 != 0:
        return 0
    if minute == 0:
        return hour if hour <= 12 else hour - 12
    return minute // 15
