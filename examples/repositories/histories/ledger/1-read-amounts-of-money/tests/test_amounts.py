import pytest

from ledger.amounts import AmountError, format_amount, parse_amount


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("0", 0),
        ("12", 1200),
        ("12.5", 1250),
        ("12.34", 1234),
        ("-3.07", -307),
        ("1,234.50", 123450),
    ],
)
def test_an_amount_is_read_as_cents(text, cents):
    assert parse_amount(text) == cents


def test_blanks_around_an_amount_do_not_count():
    assert parse_amount("  7.00 ") == 700


@pytest.mark.parametrize("text", ["", "x", "1,23.00", "1.2.3", "--1"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(AmountError):
        parse_amount(text)


@pytest.mark.parametrize(("cents", "text"), [(0, "0.00"), (-307, "-3.07"), (123450, "1,234.50")])
def test_cents_are_written_as_an_amount(cents, text):
    assert format_amount(cents) == text
