"""The report on a product's tests, as `testers/supervise.py` prints it inside the sandbox."""

from collections.abc import Mapping

import msgspec

from warehouse.events import SuiteCounts
from warehouse.events.base import Count


class Report(msgspec.Struct, frozen=True):
    """What became of the tests; `doubt` says why that is not to be believed, if so."""

    collected: Count
    passed: Count
    failed: Count
    skipped: Count
    deselected: Count
    not_run: Count
    doubt: str
    each: Mapping[str, str] = {}
    """The outcome of every test by name where that was asked for: `passed`, `failed`, `skipped`, or
    `xfailed` of one that is marked to fail and did."""

    said: Mapping[str, str] = {}
    """Why tests failed, by name, where their runner tells that."""

    def counts(self, written: int) -> SuiteCounts:
        """The counts of a product in whose files so many tests are written down."""
        unseen = max(0, written - self.collected)
        return SuiteCounts(
            collected=self.collected,
            passed=self.passed,
            failed=self.failed,
            skipped=self.skipped,
            not_run=self.deselected + self.not_run + unseen,
        )


def read_report(output: str) -> Report | None:
    """What was printed; None where that is no report, because what prints it was ended."""
    try:
        return msgspec.json.decode(output, type=Report)
    except msgspec.DecodeError:
        return None
