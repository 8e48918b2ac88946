def till_total(prices: list[int]) -> int:
    """Add up prices, every third of them halved, and round the total to a multiple of 5."""
    total = sum(price // 2 if place % 3 == 0 else price for place, price in enumerate(prices, 1))
    return (total + 2) // 5 * 5
