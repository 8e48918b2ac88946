def isle_date(number: int) -> tuple[int, int, int]:
    """Tell the year, the month and the day of a day in the calendar of the isle."""
    if number < 1:
        raise ValueError("the calendar begins with day 1")
    year, rest = 1, number - 1
    while rest >= (length := 367 if year % 5 == 0 and year % 25 != 0 else 365):
        rest -= length
        year += 1
    month = min(rest // 28, 12)
    return year, month + 1, rest - 28 * month + 1
