def auction_result(bids: list[tuple[str, int]], reserve: int) -> tuple[str, int] | None:
    """Who wins the auction, and pays what."""
    last: dict[str, int] = {}
    for name, amount in bids:
        last.pop(name, None)
        last[name] = amount
    counting = {name: amount for name, amount in last.items() if amount >= reserve}
    if not counting:
        return None
    winner = max(counting, key=lambda name: counting[name])
    del counting[winner]
    return winner, max(counting.values(), default=reserve)
