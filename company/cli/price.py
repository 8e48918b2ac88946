"""What calls cost, as people read it."""

from collections.abc import Iterable

from warehouse.history.format.figures import counted, dollars
from warehouse.history.usage import Usage


def price(usage: Usage, models: Iterable[str]) -> str:
    """What calls cost in money, or why nobody can tell."""
    if not usage.calls and not usage.tokens:
        return "nothing was asked of a model"
    if usage.cost is None:
        unpriced = f"{counted(usage.unpriced_calls, 'call')} without a known price"
        return (
            f"{dollars(usage.known_cost)} and {unpriced}" if usage.known_cost else "no price known"
        )
    if usage.cost == 0 and _own_machine(models):
        return "free: ran on this machine"
    return dollars(usage.cost)


def _own_machine(models: Iterable[str]) -> bool:
    from company.models.provider import providers

    known = providers()
    names = {model.partition(":")[0] for model in models}
    return all(name in known and known[name].own_machine for name in names)
