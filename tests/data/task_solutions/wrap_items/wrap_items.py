def wrap_items(items: list[str], width: int) -> list[str]:
    """Lines of items that are separated by commas."""
    lines: list[str] = []
    for piece in [f"{item}," for item in items[:-1]] + items[-1:]:
        if lines and len(lines[-1]) + 1 + len(piece) <= width:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return lines
