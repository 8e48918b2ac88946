def snake_rows(values: list, columns: int) -> list[list]:
    """The values in rows that change their direction."""
    if columns < 1:
        raise ValueError("there must be a column")
    rows = []
    for start in range(0, len(values), columns):
        row = values[start : start + columns]
        row = row + [None] * (columns - len(row))
        rows.append(row if len(rows) % 2 == 0 else row[::-1])
    return rows
