def shrink_steps(number: int) -> list[int]:
    """List the numbers that arise when the greatest digit is taken out and added again."""
    steps = [number]
    while number > 9:
        text = str(number)
        greatest = max(text)
        number = int(text.replace(greatest, "", 1)) + int(greatest)
        steps.append(number)
    return steps
