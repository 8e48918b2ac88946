from itertools import pairwise


def digit_walk(number: int) -> int:
    """Add up the differences between neighbouring digits."""
    digits = [int(digit) for digit in str(abs(number))]
    return sum(abs(after - before) for before, after in pairwise(digits))
