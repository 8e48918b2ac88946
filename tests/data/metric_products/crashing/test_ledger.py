from unittest import TestCase

from ledger import Entry, balance


class Balances(TestCase):
    def test_nothing_is_nothing(self):
        self.assertEqual(balance([]), 0)

    def test_entries_are_added(self):
        self.assertEqual(balance([Entry(1), Entry(2)]), 3)

    def helper(self):
        return None
