"""What a journal comes to."""

from collections.abc import Iterable

from ledger.amounts import format_amount
from ledger.journal import Entry


def balances(entries: Iterable[Entry]) -> dict[str, int]:
    """The cents on each account, by name, in alphabetical order."""
    totals: dict[str, int] = {}
    for entry in entries:
        for posting in entry.postings:
            totals[posting.account] = totals.get(posting.account, 0) + posting.cents
    return dict(sorted(totals.items()))


def report(entries: Iterable[Entry]) -> str:
    """The balances as a table of two columns."""
    rows = [(account, format_amount(cents)) for account, cents in balances(entries).items()]
    if not rows:
        return "no entries\n"
    left = max(len(account) for account, _ in rows)
    right = max(len(amount) for _, amount in rows)
    return "".join(f"{account:<{left}}  {amount:>{right}}\n" for account, amount in rows)
