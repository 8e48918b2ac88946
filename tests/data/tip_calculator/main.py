"""A tip calculator for the command line."""

import argparse
import sys
from decimal import Decimal, InvalidOperation

from report import report
from tip import Bill


def parse(arguments: list[str]) -> Bill:
    parser = argparse.ArgumentParser(description="Work out tip and shares.")
    parser.add_argument("amount", help="the bill, like 42.50")
    parser.add_argument("--percent", default="15", help="the tip in percent")
    parser.add_argument("--people", type=int, default=1, help="who shares the bill")
    given = parser.parse_args(arguments)
    try:
        bill = Bill(Decimal(given.amount), Decimal(given.percent), given.people)
    except InvalidOperation:
        parser.error("amount and percent must be numbers")
    if bill.amount < 0 or bill.percent < 0 or bill.people < 1:
        parser.error("amount and percent cannot be negative, and someone must pay")
    return bill


if __name__ == "__main__":
    print(report(parse(sys.argv[1:])))
