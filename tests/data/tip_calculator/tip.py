"""Working out what everyone pays."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Bill:
    amount: Decimal
    percent: Decimal
    people: int


def tip_of(bill: Bill) -> Decimal:
    return (bill.amount * bill.percent / 100).quantize(CENT, ROUND_HALF_UP)


def total_of(bill: Bill) -> Decimal:
    return bill.amount + tip_of(bill)


def share_of(bill: Bill) -> Decimal:
    return (total_of(bill) / bill.people).quantize(CENT, ROUND_HALF_UP)
