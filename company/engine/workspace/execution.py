"""What happened when the product was checked, started and tested, and the verdict that makes."""

from dataclasses import dataclass, replace

from warehouse.events import CheckRecord, Picture, ProductChecked, Witness


@dataclass(frozen=True)
class Execution:
    """The checks of one state of the product, in the order they were run."""

    tree: str
    """Digest of the files that were checked."""
    checks: tuple[CheckRecord, ...]
    reason: str = ""
    """Why nothing was run, where `checks` is empty."""
    changed: Witness | None = None
    """Whether what was to be changed has been; None where that is not asked."""
    soft_limits: str = ""
    """Which limits of the sandbox the kernel did not hold; empty where it held all."""

    beside: tuple[str, ...] = ()
    """Other projects, beside the one in which the program is, and notebooks."""

    @property
    def ran(self) -> bool:
        return bool(self.checks)

    @property
    def ok(self) -> bool:
        """Nothing speaks against it. True also where nothing could be run; see `verified`."""
        unchanged = self.changed is not None and not self.changed.holds
        return not unchanged and all(check.ok is not False for check in self.checks)

    @property
    def verified(self) -> bool:
        """What was seen holds, and something decisive was seen: its tests, if it has some, else its
        start, or its import where it is a library."""
        outcomes = {check.name: check.ok for check in self.checks}
        decisive = next((outcomes[name] for name in SAYS if name in outcomes), None)
        return decisive is True and self.ok

    @property
    def witnesses(self) -> tuple[Witness, ...]:
        """The verdict: each thing that was seen of the product, and each that was not."""
        told = [
            _witness(check)
            for check in self.checks
            if check.name in (*SAYS, *SAYS_BESIDE) or check.ok is not True
        ]
        told += [Witness("unseen", None, why) for check in self.checks for why in check.unseen]
        told += [self.changed] if self.changed else []
        as_good = {"import": "start", "acceptance": "tests"}
        tried = {as_good.get(check.name, check.name) for check in self.checks}
        if not self.checks:
            told.append(Witness("unseen", None, self.reason or "nothing was run"))
        elif (
            all(check.ok or check.name in (*SAYS, *SAYS_BESIDE) for check in self.checks)
            and self.ok
        ):
            told += [
                Witness("unseen", None, why) for name, why in LACKS.items() if name not in tried
            ]
        told += [
            Witness("unseen", None, f"{each}: beside what was started") for each in self.beside
        ]
        return tuple(told)

    @property
    def rank(self) -> tuple[int, ...]:
        """How good these files are, for comparing: they parse, they start, they do
        what a customer tries out, they have tests, which pass. A program that starts is worth more than tests, and failing tests more than none;
        what is unseen is between what holds and what does not."""
        outcomes = {check.name: check.ok for check in self.checks}
        runs = outcomes.get("start", outcomes.get("import", False))
        return (
            bool(outcomes) and outcomes.get("syntax", True) is not False,
            WORTH[runs],
            self._accepted,
            "tests" in outcomes,
            WORTH[outcomes.get("tests", False)],
        )

    @property
    def _accepted(self) -> int:
        """How many acceptance checks hold."""
        return sum(
            check.tests.passed
            for check in self.checks
            if check.name == "acceptance" and check.tests is not None
        )

    @property
    def failures(self) -> tuple[CheckRecord, ...]:
        return tuple(check for check in self.checks if check.ok is False)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """What the witnesses saw."""
        return tuple(picture for check in self.checks for picture in check.pictures)

    @property
    def summary(self) -> str:
        """One line for people."""
        return "; ".join([*map(str, self.witnesses), *filter(None, [self.soft_limits])])

    def with_changes(self, changed: Witness | None) -> "Execution":
        """The same, and whether what was to be changed has been."""
        return replace(self, changed=changed)

    def with_checks(self, checks: tuple[CheckRecord, ...]) -> "Execution":
        """The same files, judged otherwise."""
        return replace(self, checks=checks)

    def as_event(self) -> ProductChecked:
        """As the journal holds it."""
        return ProductChecked(self.ok, self.verified, self.summary, self.checks, self.witnesses)


WORTH = {False: 0, None: 1, True: 2}
LACKS = {
    "tests": "whether it does what was asked: it has no tests",
    "start": "no file is the one that starts it",
}
"""What is said of a product that compiles where a check was not made."""
SAYS = {"acceptance": "works", "tests": "tested", "start": "starts", "import": "imports"}
"""Checks and the word of what they witness, the most decisive first; the others are only seen where
they fail."""
SAYS_BESIDE = {"sql": "fits"}
"""The same of checks that decide nothing where they hold."""


def _witness(check: CheckRecord) -> Witness:
    if check.ok is None:
        return Witness("unseen", None, f"{check.name}: {check.remark}")
    return Witness({**SAYS, **SAYS_BESIDE}.get(check.name, "starts"), check.ok, check.remark)
