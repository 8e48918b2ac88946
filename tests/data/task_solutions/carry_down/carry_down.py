def carry_down(rows: list[list[str]]) -> list[list[str]]:
    """The table with its empty first cells filled from above."""
    result = []
    above = ""
    for row in rows:
        above = row[0] or above
        result.append([above, *row[1:]])
    return result
