from ledger.journal import read_journal
from ledger.report import balances, report

JOURNAL = """\
2025-03-01 Shopping
  food   52.10
  cash  -52.10
2025-03-02 More shopping
  food    7.90
  cash   -7.90
"""


def test_balances_add_up_over_entries():
    assert balances(read_journal(JOURNAL)) == {"cash": -6000, "food": 6000}


def test_a_report_is_a_table():
    assert report(read_journal(JOURNAL)) == "cash  -60.00\nfood   60.00\n"


def test_a_journal_without_entries_says_so():
    assert report([]) == "no entries\n"
