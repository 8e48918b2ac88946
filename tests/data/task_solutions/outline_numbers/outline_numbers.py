def outline_numbers(lines: list[str]) -> list[str]:
    """The lines of an outline with numbers in place of hyphens."""
    numbers: list[int] = []
    made = []
    for line in lines:
        title = line.lstrip("-")
        depth = len(line) - len(title)
        if not 1 <= depth <= len(numbers) + 1:
            raise ValueError(f"wrong depth: {line!r}")
        numbers = [*numbers, 0][:depth]
        numbers[-1] += 1
        made.append(f"{'.'.join(map(str, numbers))} {title.strip()}")
    return made
