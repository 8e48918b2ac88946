"""Figures, counts and beginnings of texts, as people read them."""

from warehouse.history.usage import Usage

UNKNOWN = "–"
"""What stands for a figure that nobody knows."""
EXCERPT = 100
"""Characters of a longer text that a line shows."""


def duration(seconds: float) -> str:
    """`0:42`, `12:05`, `1:02:03`."""
    minutes, second = divmod(int(max(seconds, 0)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def dollars(usd: float) -> str:
    """Enough digits to see small sums."""
    return f"${usd:.2f}" if usd >= 1 else f"${usd:.4f}"


def cost(usage: Usage) -> str:
    """What calls cost: `$0.0123`, `$0.0123+` where the price of a part is not known, `–` of all."""
    if usage.cost is not None:
        return dollars(usage.cost) if usage.cost else "$0"
    return f"{dollars(usage.known_cost)}+" if usage.known_cost else UNKNOWN


def money(usage: Usage) -> list[str]:
    """The same for a list of facts, which says nothing where nothing is known to have been paid."""
    return [cost(usage)] if usage.known_cost else []


def used(usage: Usage, seconds: float) -> str:
    """`2 calls, 240 tokens, 0:10`."""
    return f"{counted(usage.calls, 'call')}, {counted(usage.tokens, 'token')}, {duration(seconds)}"


def counted(number: int, thing: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def outcome(ok: bool | None) -> str:
    """How a check went, in a word."""
    return {True: "passed", False: "failed", None: "unseen"}[ok]


def excerpt(text: str, length: int = EXCERPT) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text[: 4 * length].split())
    return line if len(line) <= length and len(text) <= 4 * length else f"{line[: length - 1]}…"
