def domino_row(tiles: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The row of dominoes from left to right."""
    row: list[tuple[int, int]] = []
    for first, second in tiles:
        if not row or first == row[-1][1]:
            row.append((first, second))
        elif second == row[-1][1]:
            row.append((second, first))
        elif second == row[0][0]:
            row.insert(0, (first, second))
        elif first == row[0][0]:
            row.insert(0, (second, first))
    return row
