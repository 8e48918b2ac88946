def seat_label(row: int, seat: int) -> str:
    """The label of a seat, with at least two digits for each number."""
    return f"R{row:02}-S{seat:02}"
