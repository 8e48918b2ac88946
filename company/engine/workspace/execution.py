"""What happened when the product was checked, started and tested: facts with exit codes."""

from dataclasses import dataclass

from warehouse.events import CheckRecord, ProductChecked


@dataclass(frozen=True)
class Execution:
    """The checks of one state of the product, in the order they were run."""

    tree: str
    """Digest of the files that were checked."""
    checks: tuple[CheckRecord, ...]
    reason: str = ""
    """Why nothing was run, where `checks` is empty."""

    @property
    def ran(self) -> bool:
        return bool(self.checks)

    @property
    def ok(self) -> bool:
        """No check failed. True also where nothing could be run; see `verified`."""
        return all(check.ok is not False for check in self.checks)

    @property
    def verified(self) -> bool:
        """The program was started or its tests were run, and everything passed."""
        proved = any(check.ok and check.name in ("start", "tests") for check in self.checks)
        return proved and self.ok

    @property
    def rank(self) -> tuple[bool, bool, bool, bool]:
        """How good these files are, for comparing: they parse, they start, they have tests, which
        pass. A program that starts is worth more than tests, and failing tests more than none."""
        outcomes = {check.name: check.ok for check in self.checks}
        return (
            bool(outcomes) and outcomes.get("syntax", True) is not False,
            outcomes.get("start") is True,
            "tests" in outcomes,
            outcomes.get("tests") is True,
        )

    @property
    def failures(self) -> tuple[CheckRecord, ...]:
        return tuple(check for check in self.checks if check.ok is False)

    @property
    def summary(self) -> str:
        """One line for people."""
        if not self.checks:
            return self.reason or "nothing was run"
        return ", ".join(f"{check.name} {_word(check)}" for check in self.checks)

    def as_event(self) -> ProductChecked:
        """As the journal holds it."""
        return ProductChecked(self.ok, self.verified, self.summary, self.checks)


def _word(check: CheckRecord) -> str:
    outcome = {True: "passed", False: "failed", None: "could not be judged"}[check.ok]
    return f"{outcome} ({check.remark})" if check.remark else outcome
