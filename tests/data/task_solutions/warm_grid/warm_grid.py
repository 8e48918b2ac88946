def warm_grid(grid: list[list[int]], rounds: int) -> list[list[int]]:
    """Let the stones of a wall warm and cool each other for some rounds."""
    now = [list(row) for row in grid]
    for _ in range(rounds):
        before, now = now, [list(row) for row in now]
        for y, row in enumerate(before):
            for x, own in enumerate(row):
                beside = [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
                near = [before[b][a] for a, b in beside if 0 <= a < len(row) and 0 <= b < len(grid)]
                if any(other >= own + 3 for other in near):
                    now[y][x] = own + 2
                elif any(other <= own - 3 for other in near):
                    now[y][x] = own - 1
    return now
