from itertools import pairwise


def double_letters(text: str) -> int:
    """How many characters are directly followed by the same one."""
    return sum(first == second for first, second in pairwise(text))
