from itertools import pairwise


def baton_passes(runners: list[str]) -> list[tuple[str, str]]:
    """Who hands the baton to whom."""
    return [(giver, taker) for giver, taker in pairwise(runners) if giver != taker]
