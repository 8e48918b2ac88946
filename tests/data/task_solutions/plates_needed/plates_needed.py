def plates_needed(guests: list[tuple[str, int]]) -> int:
    """How many plates all the guests need."""
    return sum(max(courses, 1) for _, courses in guests)
