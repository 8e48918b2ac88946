"""A share of something as a bar."""

EIGHTHS = " ▏▎▍▌▋▊▉█"


def bar(share: float, width: int) -> str:
    """`share` (0 to 1) of `width` cells filled, to an eighth of a cell."""
    filled = round(max(0.0, min(share, 1.0)) * width * 8)
    whole, rest = divmod(filled, 8)
    return ("█" * whole + (EIGHTHS[rest] if rest else "")).ljust(width)
