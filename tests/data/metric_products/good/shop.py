"""Prices of a shop."""


def total(prices, discount=0):
    """The sum of the prices, less a discount in percent."""
    if discount < 0 or discount > 100:
        raise ValueError("discount")
    return sum(prices) * (100 - discount) / 100


def cheapest(prices):
    # The first of several.
    best = None
    for price in prices:
        if best is None or price < best:
            best = price
    return best
