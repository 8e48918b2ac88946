def settle_debts(paid: list[int]) -> list[tuple[int, int, int]]:
    """List who pays whom how much, so that all have borne the same."""
    if not paid:
        return []
    share, rest = divmod(sum(paid), len(paid))
    balances = [cents - share - (place < rest) for place, cents in enumerate(paid)]
    payments = []
    while min(balances) < 0 < max(balances):
        payer = balances.index(min(balances))
        receiver = balances.index(max(balances))
        cents = min(-balances[payer], balances[receiver])
        balances[payer] += cents
        balances[receiver] -= cents
        payments.append((payer, receiver, cents))
    return payments
