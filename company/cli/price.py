"""What calls cost, as people read it."""

from collections.abc import Iterable

from warehouse.telling.figures import counted, dollars


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
