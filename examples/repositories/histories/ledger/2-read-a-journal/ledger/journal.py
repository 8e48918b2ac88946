"""A journal of entries: a date and a text, then an account and an amount a line.

2025-03-01 Weekly shopping
  food          52.10
  cash         -52.10
"""

from dataclasses import dataclass, field
from datetime import date

from ledger.amounts import AmountError, parse_amount


class JournalError(ValueError):
    """A journal that cannot be read; the message begins with the line."""


@dataclass
class Posting:
    account: str
    cents: int


@dataclass
class Entry:
    day: date
    text: str
    postings: list[Posting] = field(default_factory=list)

    @property
    def difference(self) -> int:
        """What the postings come to; zero where the entry is in balance."""
        return sum(posting.cents for posting in self.postings)


def read_journal(text: str) -> list[Entry]:
    """The entries of a journal, in its order. Raises JournalError."""
    entries: list[Entry] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            if not entries:
                raise JournalError(f"{number}: a posting before the first entry")
            entries[-1].postings.append(_posting(line, number))
        else:
            entries.append(_entry(line, number))
    for entry in entries:
        if entry.difference:
            raise JournalError(f"{entry.day} {entry.text}: is not in balance")
    return entries


def _entry(line: str, number: int) -> Entry:
    day, _, text = line.partition(" ")
    try:
        return Entry(date.fromisoformat(day), text.strip())
    except ValueError:
        raise JournalError(f"{number}: {day!r} is no date") from None


def _posting(line: str, number: int) -> Posting:
    account, _, amount = line.strip().rpartition(" ")
    if not account:
        raise JournalError(f"{number}: a posting is an account and an amount")
    try:
        return Posting(account.strip(), parse_amount(amount))
    except AmountError as error:
        raise JournalError(f"{number}: {error}") from None
