def ruler_line(length: int) -> str:
    """A ruler with a digit at every tenth place."""
    if length < 0:
        raise ValueError("the length must be at least 0")
    marks = ""
    for place in range(1, length + 1):
        if place % 10 == 0:
            marks += str(place // 10 % 10)
        else:
            marks += "+" if place % 5 == 0 else "-"
    return marks
