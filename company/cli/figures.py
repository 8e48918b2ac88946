"""Figures as people read them."""

from collections.abc import Iterable


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


def price(cost: float, calls: int, unpriced_calls: int, models: Iterable[str]) -> str:
    """What calls cost in money, or why nobody can tell."""
    if not calls:
        return "nothing was asked of a model"
    if unpriced_calls == calls:
        return "no price known"
    if unpriced_calls:
        return f"{dollars(cost)} and {counted(unpriced_calls, 'call')} without a known price"
    if cost == 0 and _own_machine(models):
        return "free: ran on this machine"
    return dollars(cost)


def _own_machine(models: Iterable[str]) -> bool:
    from company.models.provider import providers

    known = providers()
    names = {model.partition(":")[0] for model in models}
    return all(name in known and known[name].own_machine for name in names)
