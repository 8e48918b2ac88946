def lit_seconds(start: int, end: int) -> int:
    """Count the seconds from start to before end in which the lighthouse is lit."""
    return sum(1 for second in range(start, end) if second % 12 in (0, 1, 2, 5))
