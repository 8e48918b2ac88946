def locker_numbers(wishes: list[int], count: int) -> list[int | None]:
    """Which locker each person gets."""
    taken = set()
    result: list[int | None] = []
    for wish in wishes:
        search = [*range(wish, count + 1), *range(1, wish)] if 1 <= wish <= count else []
        found = next((number for number in search if number not in taken), None)
        taken.add(found)
        result.append(found)
    return result
