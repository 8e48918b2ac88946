def alarm_spans(readings: list[int], high: int, low: int) -> list[tuple[int, int]]:
    """When the alarm was on."""
    spans = []
    start = None
    for minute, reading in enumerate(readings):
        if start is None and reading > high:
            start = minute
        elif start is not None and reading < low:
            spans.append((start, minute))
            start = None
    if start is not None:
        spans.append((start, len(readings)))
    return spans
