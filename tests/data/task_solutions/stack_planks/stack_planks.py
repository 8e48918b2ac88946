def stack_planks(width: int, planks: list[tuple[int, int]]) -> list[int]:
    """Drop planks on a stack and tell the heights of its columns."""
    heights = [0] * width
    for left, length in planks:
        end = left + length
        if left < 0 or end > width:
            continue
        below = heights[left:end]
        highest = max(below)
        if 2 * below.count(highest) >= length:
            heights[left:end] = [highest + 1] * length
    return heights
