from decimal import Decimal

from main import parse
from tip import share_of, tip_of, total_of


def test_the_tip_is_fifteen_percent_by_default():
    assert tip_of(parse(["40"])) == Decimal("6.00")


def test_the_total_is_bill_and_tip():
    assert total_of(parse(["40", "--percent", "10"])) == Decimal("44.00")


def test_the_total_is_shared():
    assert share_of(parse(["40", "--percent", "10", "--people", "4"])) == Decimal("11.00")
