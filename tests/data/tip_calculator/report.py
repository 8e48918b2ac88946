"""Showing a bill to people."""

from tip import Bill, share_of, tip_of, total_of


def report(bill: Bill) -> str:
    lines = [f"Tip:   {tip_of(bill):>8}", f"Total: {total_of(bill):>8}"]
    if bill.people > 1:
        lines.append(f"Each:  {share_of(bill):>8}")
    return "\n".join(lines)
