def seesaw_digit(number: int) -> int:
    """Tell under which digit a number is in balance, 0 where under none."""
    digits = [int(digit) for digit in str(number)]
    for support in range(len(digits)):
        turn = sum(digit * (place - support) for place, digit in enumerate(digits))
        if turn == 0:
            return support + 1
    return 0
