"""`python -m ledger JOURNAL`: print the balances of a journal."""

import sys
from pathlib import Path

from ledger.journal import JournalError, read_journal
from ledger.report import report


def main(arguments: list[str]) -> int:
    """Returns the exit code."""
    if len(arguments) != 1:
        print("usage: python -m ledger JOURNAL", file=sys.stderr)
        return 2
    try:
        entries = read_journal(Path(arguments[0]).read_text(encoding="utf-8"))
    except (OSError, JournalError) as error:
        print(f"ledger: {error}", file=sys.stderr)
        return 1
    print(report(entries), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
