from datetime import date

import pytest

from ledger.journal import JournalError, read_journal

JOURNAL = """\
# What was bought in March.
2025-03-01 Weekly shopping
  food          52.10
  cash         -52.10

2025-03-02 A loan
  bank account  1,000.00
  loans        -1,000.00
"""


def test_entries_have_a_day_a_text_and_postings():
    first, second = read_journal(JOURNAL)
    assert (first.day, first.text) == (date(2025, 3, 1), "Weekly shopping")
    assert [(each.account, each.cents) for each in second.postings] == [
        ("bank account", 100000),
        ("loans", -100000),
    ]


@pytest.mark.parametrize(
    ("journal", "said"),
    [
        ("  food 1.00\n", "1: a posting before the first entry"),
        ("yesterday Food\n", "1: 'yesterday' is no date"),
        ("2025-03-01 Food\n  food\n", "2: a posting is an account and an amount"),
        ("2025-03-01 Food\n  food ten\n", "2: 'ten' is no amount of money"),
        ("2025-03-01 Food\n  food 1.00\n", "2025-03-01 Food: is not in balance"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(journal, said):
    with pytest.raises(JournalError) as caught:
        read_journal(journal)
    assert str(caught.value) == said
