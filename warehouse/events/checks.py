"""Events of a product that was run: by its company at work, and by the lab after the run has ended."""

from typing import Annotated, ClassVar

import msgspec

from warehouse.events.base import Count, EventData, Number, Whole
from warehouse.events.pictures import Picture

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class SuiteCounts(msgspec.Struct, frozen=True):
    """What became of the tests of a product, by the report of what ran them."""

    collected: Count = 0
    passed: Count = 0
    failed: Count = 0
    skipped: Count = 0
    not_run: Count = 0
    """Found, and not run: left out by the tests themselves, or before they ended."""


class CheckRecord(msgspec.Struct, frozen=True):
    """One command run on the product. `ok` is None where the sandbox could not tell."""

    name: str = ""
    command: str = ""
    ok: bool | None = None
    exit_code: Whole = 0
    seconds: Number = 0.0
    output: str = ""
    """The end of what the command printed."""
    timed_out: bool = False
    out_of_memory: bool = False
    remark: str = ""
    """What the outcome means, in words."""
    tests: SuiteCounts | None = None
    """What was counted, where the check is one of tests and what ran them reported."""
    pictures: tuple[Picture, ...] = ()
    """What a witness saw; older journals hold none."""
    unseen: tuple[str, ...] = ()
    """What it could not see besides, and why."""


class Witness(msgspec.Struct, frozen=True):
    """One thing that a verdict is made of."""

    what: str = ""
    """`works` (acceptance checks), `tested`, `starts`, `imports` (a library), `changed` (what was asked
    to change did), `answered` (queries of databases were run, or documents cited), `fits` (its SQL names
    what the schema has), or `unseen`."""
    holds: bool | None = None
    """None where it is unseen."""
    how: str = ""
    """How it was witnessed, or why it was not."""

    def __str__(self) -> str:
        word = self.what if self.holds is not False else REFUTED.get(self.what, f"not {self.what}")
        return f"{word}: {self.how}" if self.how else word


REFUTED = {
    "works": "does not work",
    "tested": "tests fail",
    "starts": "does not start",
    "imports": "cannot be imported",
    "answered": "not answered",
    "fits": "does not fit the schema",
}
"""What a witness is called that speaks against the product."""


class ProductChecked(EventData, frozen=True):
    """One state of the product was checked; without checks nothing could be run."""

    KIND: ClassVar[str] = "execution"

    ok: bool = False
    verified: bool = False
    summary: str = ""
    checks: tuple[CheckRecord, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    """The verdict: what was seen, and what was not. Older journals hold none."""


class BaselineTaken(EventData, frozen=True):
    """A customer's program was checked as it came, before the first phase."""

    KIND: ClassVar[str] = "baseline"

    summary: str = ""
    checks: tuple[CheckRecord, ...] = ()
    failed: tuple[str, ...] = ()
    """The names of the tests that failed."""
    hints: tuple[str, ...] = ()
    """What the project's CI seems to run besides."""


UNJUDGED = "unjudged"
"""The kind of an outcome that is none: for its `reason`, nobody could tell."""


class CheckOutcome(msgspec.Struct, frozen=True):
    """How one acceptance check went; `reason` says what was wrong, and is empty where it passed."""

    name: str = ""
    passed: bool = False
    reason: str = ""
    seconds: Number = 0.0
    kind: str = ""
    """Of a test that the task names, `fail_to_pass` or `pass_to_pass`; of rows that it expects, `answer`;
    `unjudged` where nobody could tell."""


class ImportOutcome(msgspec.Struct, frozen=True):
    """Whether one module of the product can be imported by itself."""

    module: str = ""
    """Its path in the product."""
    ok: bool = False
    exit_code: Whole = 0
    reason: str = ""
    seconds: Number = 0.0


class Mutation(msgspec.Struct, frozen=True):
    """What the company's own tests noticed of small faults that were put into the program."""

    mutants: Count = 0
    """Faults tried; a sample where there were more to be made."""
    killed: Count = 0
    """Faults with which the tests failed or ran out of time."""
    survived: tuple[str, ...] = ()
    """Those that no test noticed, as `path:line: what was changed`."""


class CommitOutcome(msgspec.Struct, frozen=True):
    """How the acceptance checks went on the files of one commit."""

    commit: str = ""
    passed: tuple[bool, ...] = ()
    """Check by check, in the order of the task."""


class ProductEvaluated(EventData, frozen=True):
    """Everything the lab found. `mutation` is None unless it was asked for and the tests passed."""

    KIND: ClassVar[str] = "examination"

    commit: str | None = None
    sandbox: str = ""
    """`none` where nothing could be run; but for an answer that was expected, the lists are empty then."""
    acceptance: tuple[CheckOutcome, ...] = ()
    imports: tuple[ImportOutcome, ...] = ()
    mutation: Mutation | None = None
    consistency: Share | None = None
    """How near the program is to the task's words, 0..1; None where no model embedded them."""
    embeddings: str = ""
    """The id of the model that did."""
    history: tuple[CommitOutcome, ...] = ()
    """Of the commits that led to what was delivered, the first with a program first; empty where there was one only."""

    @property
    def judged(self) -> tuple[CheckOutcome, ...]:
        """The outcomes that say whether the product is right."""
        return tuple(each for each in self.acceptance if each.kind != UNJUDGED)

    @property
    def works(self) -> bool | None:
        """Whether the product is right in all that was to be judged; None where nothing was, or where
        what was judged is right and something could not be."""
        if any(not each.passed for each in self.judged):
            return False
        return True if self.acceptance and self.judged == self.acceptance else None
