"""What a run knows at a moment: the task, the files so far, decisions, verdicts, the last execution."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from company.engine.context.excerpt import Excerpt
from company.engine.context.inspection import Inspection
from company.engine.workspace.baseline import Baseline
from company.engine.workspace.execution import Execution
from company.spec import Task
from warehouse.data.asked import AskedQuery
from warehouse.data.looked_up import LookedUp
from warehouse.events import LineNoted
from warehouse.product.room import OF_A_NEW_PROGRAM, Room
from warehouse.product.text_merge import merged

Fields = dict[str, Any]
Files = dict[str, bytes]
"""The files of a product, by path."""


@dataclass(frozen=True)
class Clash:
    """A file that two branches changed."""

    path: str
    is_merged: bool
    """Whether both changes were kept."""

    def told(self, branch: str) -> str:
        """What became of it, after the branch that came second."""
        if self.is_merged:
            return (
                f"{branch} and a parallel branch both changed {self.path}: both changes were kept."
            )
        return f"{branch} overwrote {self.path}, which a parallel branch changed too."


@dataclass
class State:
    """The working memory of a run, or of one branch of it."""

    task: Task
    files: Files = field(default_factory=Files)
    decisions: dict[str, Fields] = field(default_factory=dict)
    verdicts: dict[str, Fields] = field(default_factory=dict)
    """The last verdict of each phase, and of each loop by the loop's name."""
    last_verdict: Fields | None = None
    reports: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    described: dict[str, str] = field(default_factory=dict)
    """The pictures of the task that were put into words, for roles without eyes."""
    execution: Execution | None = None
    brought_in: Files | None = None
    """The program as it was before, where there is one to be changed: the customer's own, or the version
    that was delivered last."""
    baseline: Baseline | None = None
    """How that stood before the first word; None where nobody looked."""
    room: Room = OF_A_NEW_PROGRAM
    """What the product has room for beside its files."""
    done_before: tuple[str, ...] = ()
    """The tasks of former versions, oldest first."""
    excerpt: Excerpt | None = None
    """What the phase at work is shown of a program that is too large to be shown whole."""
    undelivered: dict[str, str] = field(default_factory=dict)
    """Phases that were to write part of what was asked, and did not: their titles, and why."""
    notebook: list[LineNoted] = field(default_factory=list)
    """What roles have noted for all phases to come."""
    queries: int = 0
    """Queries of databases that came to rows, or to none."""
    asked: list[AskedQuery] = field(default_factory=list)
    """The queries with what they brought, those of talks that failed too."""
    looked_up: list[LookedUp] = field(default_factory=list)
    """What roles were shown of the user's documents, in talks that failed too."""
    citations: int = 0
    """Those of what was reported last."""
    schema: str = ""
    """The tables of the databases that were copied, as roles are told them."""
    kept: frozenset[str] = frozenset()
    """Files that the house made: no role is shown them or changes them."""
    phases_done: int = 0
    """Phases that were not skipped."""
    share: tuple[str, ...] = ()
    """What falls to this branch of something that was dealt out."""
    versions: tuple[Files, ...] = ()
    """The versions that are to be merged."""
    choices: dict[str, str] = field(default_factory=dict)
    """The phases a director may choose, and what each would do."""
    progress: tuple[str, ...] = ()
    """What came of a director's choices so far, in words."""
    _looked_at: Inspection | None = field(default=None, repr=False, compare=False)

    @property
    def inspection(self) -> Inspection:
        """A look at the files, taken once for each product they make."""
        if self._looked_at is None or self._looked_at.files != self.files:
            self._looked_at = Inspection(dict(self.files))
        return self._looked_at

    @property
    def texts(self) -> dict[str, str]:
        """The files that are text; a role is never shown the others."""
        return self.inspection.texts

    @property
    def objections(self) -> tuple[str, ...]:
        """What the last verdict did not approve; empty where it did, or where there was none."""
        verdict = self.last_verdict or {"approved": True}
        comments = tuple(map(str, verdict.get("comments") or ("without a word",)))
        return () if verdict["approved"] else comments

    def branch(self) -> "State":
        """A copy that a parallel branch may change without the others seeing it."""
        return replace(
            self,
            files=dict(self.files),
            decisions=dict(self.decisions),
            verdicts=dict(self.verdicts),
            reports=dict(self.reports),
            answers=dict(self.answers),
            described=dict(self.described),
            undelivered=dict(self.undelivered),
            notebook=list(self.notebook),
            asked=list(self.asked),
            looked_up=list(self.looked_up),
        )

    def apply(self, changed: Mapping[str, bytes | None]) -> None:
        """Have these files as well; those that are None no more."""
        for path, data in changed.items():
            if data is None:
                del self.files[path]
            else:
                self.files[path] = data

    def merge(self, base: "State", branch: "State", *, by_lines: bool = True) -> list[Clash]:
        """Take over what `branch` changed since `base`. Returns what was changed twice.

        Of a file that was, both changes are kept where they touch different lines; else the branch's is.
        """
        clashes = []
        for path in base.files.keys() | branch.files.keys():
            before, after = base.files.get(path), branch.files.get(path)
            if before == after:
                continue
            here = self.files.get(path)
            if here not in (before, after):
                both = merged(before, here, after) if by_lines else None
                clashes.append(Clash(path, is_merged=both is not None))
                after = after if both is None else both
            if after is None:
                self.files.pop(path, None)
            else:
                self.files[path] = after
        self.queries += branch.queries - base.queries
        self.phases_done += branch.phases_done - base.phases_done
        self.decisions |= _news(base.decisions, branch.decisions)
        self.verdicts |= _news(base.verdicts, branch.verdicts)
        self.reports |= _news(base.reports, branch.reports)
        self.answers |= _news(base.answers, branch.answers)
        self.described |= _news(base.described, branch.described)
        self.undelivered |= _news(base.undelivered, branch.undelivered)
        self.notebook += branch.notebook[len(base.notebook) :]
        self.asked += branch.asked[len(base.asked) :]
        self.looked_up += branch.looked_up[len(base.looked_up) :]
        self.citations += branch.citations - base.citations
        for phase in base.undelivered.keys() - branch.undelivered.keys():
            self.undelivered.pop(phase, None)
        if branch.last_verdict is not base.last_verdict:
            self.last_verdict = branch.last_verdict
        if branch.execution is not base.execution:
            self.execution = branch.execution
        return sorted(clashes, key=lambda clash: clash.path)


def _news(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in after.items() if before.get(key) is not value}
