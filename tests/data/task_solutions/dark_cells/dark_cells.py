def dark_cells(width: int, height: int, lamps: list[tuple[int, int]]) -> int:
    """Count the cells of a field that no lamp lights."""
    dark = 0
    for x in range(width):
        for y in range(height):
            if all(abs(x - lamp_x) + abs(y - lamp_y) > 2 for lamp_x, lamp_y in lamps):
                dark += 1
    return dark
