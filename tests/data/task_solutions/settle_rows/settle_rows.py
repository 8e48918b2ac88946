def settle_rows(rows: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The rows that are left when neighbours are joined and zeros taken out."""
    result: list[tuple[str, int]] = []
    for name, amount in rows:
        total = amount
        if result and result[-1][0] == name:
            total += result.pop()[1]
        if total:
            result.append((name, total))
    return result
