from collections import deque


def photo_row(people: list[tuple[str, int]]) -> list[str]:
    """The names from left to right."""
    row: deque[str] = deque()
    for place, (name, _) in enumerate(sorted(people, key=lambda person: -person[1])):
        if place % 2:
            row.append(name)
        else:
            row.appendleft(name)
    return list(row)
