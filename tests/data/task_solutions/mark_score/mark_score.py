import re


def mark_score(marks: str) -> int:
    """The score after all marks, which never falls below 0."""
    if not re.fullmatch(r"([+-][0-9]*)*", marks):
        raise ValueError(f"no row of marks: {marks!r}")
    score = 0
    for sign, number in re.findall(r"([+-])([0-9]*)", marks):
        points = int(number or 1)
        score = max(0, score + points if sign == "+" else score - points)
    return score
