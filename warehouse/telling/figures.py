"""Figures as people read them."""


def duration(seconds: float) -> str:
    """`0:42`, `12:05`, `1:02:03`."""
    minutes, second = divmod(int(max(seconds, 0)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def dollars(usd: float) -> str:
    """Enough digits to see small sums."""
    return f"${usd:.2f}" if usd >= 1 else f"${usd:.4f}"


def counted(number: int, thing: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
