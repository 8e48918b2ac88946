"""The product's commits, files and checks: a fold over a run's events."""

from dataclasses import dataclass
from typing import Literal

from warehouse.events import EventData, TagEnded, TagResult, TagStarted
from warehouse.history.entries import (
    Committed,
    Entry,
    Executed,
    Forked,
    StepBegan,
    StepEnded,
    ToolCalled,
    VersionBegan,
)
from warehouse.journal.journal import Event
from warehouse.journal.step_paths import around
from warehouse.journal.versions import SOURCE

Since = Literal["commit", "phase", "start"]
"""Since when a file counts as changed: in the last commit, in the last phase that committed
anything, or since the run began (the customer's own files were there before)."""

Mark = Literal["added", "changed", "deleted"]

CUSTOMER_SAYS_NOTHING = ""
"""The author of the commit that brings a customer's own files in."""


@dataclass(slots=True)
class FileState:
    """A file of the product. `lines` is 0 for what is not text; `sha` is the last commit to it."""

    path: str
    lines: int
    sha: str
    deleted: bool = False


@dataclass(slots=True)
class Workspace:
    """What a role has in hand in one phase, and has not been committed yet."""

    speaker: str
    base: str
    """The id of the commit it goes out from; empty where there was none."""
    changed: dict[str, str | None]
    """Path → the file as it is now; None for one that is gone."""


class Work:
    """What was made and what became of it, up to the last event added."""

    def __init__(self) -> None:
        self.version = 0
        self.commits: list[Committed] = []
        self.executions: list[Executed] = []
        self.tags: dict[str, list[str]] = {}
        """Commit id → names of the steps that ended with it."""
        self.files: dict[str, FileState] = {}
        """By path; those that were deleted too."""
        self.workspaces: dict[str, Workspace] = {}
        """The path of a phase → what its role has changed until now, where it has."""
        self._phases: set[str] = set()
        self._positions: dict[str, int] = {}
        self._were_there: dict[Since, dict[str, bool]] = {"commit": {}, "phase": {}, "start": {}}
        self._phase_began = False
        self._tag_names: dict[tuple[str, int], str] = {}

    @property
    def head(self) -> str:
        """The id of the last commit; empty before the first."""
        return self.commits[-1].sha if self.commits else ""

    def commit(self, sha: str) -> Committed | None:
        """A commit by its id, or by the beginning of it."""
        position = self._positions.get(sha)
        if position is None and sha:
            beginning = (each for each in self.commits if each.sha.startswith(sha))
            return next(beginning, None)
        return None if position is None else self.commits[position]

    def before(self, sha: str) -> str:
        """The id of the commit before a commit; empty where there is none."""
        position = self._positions.get(sha, 0)
        return self.commits[position - 1].sha if position else ""

    @property
    def workspace(self) -> Workspace | None:
        """What is in hand and not committed, that which changed last."""
        workspaces = list(self.workspaces.values())
        return workspaces[-1] if workspaces else None

    def marks(self, since: Since) -> dict[str, Mark]:
        """What became of the files since then, by path; what came and went again has no mark."""
        marks: dict[str, Mark] = {}
        for path, was_there in self._were_there[since].items():
            if self.files[path].deleted:
                if was_there:
                    marks[path] = "deleted"
            else:
                marks[path] = "changed" if was_there else "added"
        return marks

    def add(self, event: Event, entry: Entry | None) -> None:
        """Take one more event into account."""
        match entry:
            case Committed():
                self._commit(entry)
            case Executed():
                self.executions.append(entry)
                self.version += 1
            case ToolCalled() if entry.changed:
                self._take_in_hand(entry)
            case StepEnded():
                self._let_go(entry.where)
            case StepBegan(kind="phase" | "handover"):
                self._phase_began = True
                self._phases.add(entry.where)
            case Forked() | VersionBegan():
                self._were_there["start"].clear()
            case None:
                self._tag(event.where, event.data)

    def _take_in_hand(self, call: ToolCalled) -> None:
        phase = next((path for path in around(call.where) if path in self._phases), call.where)
        known = self.workspaces.pop(phase, None)
        workspace = known or Workspace(call.speaker, self.head, {})
        workspace.changed |= call.changed
        self.workspaces[phase] = workspace
        self.version += 1

    def _let_go(self, phase: str) -> None:
        """A phase has committed what was in hand, or keeps nothing of it."""
        if self.workspaces.pop(phase, None) is not None:
            self.version += 1

    def _commit(self, commit: Committed) -> None:
        self._let_go(commit.where.rpartition("/")[0])
        self.version += 1
        self._positions[commit.sha] = len(self.commits)
        self.commits.append(commit)
        self._were_there["commit"] = {}
        if self._phase_began:
            self._phase_began = False
            self._were_there["phase"] = {}
        for change in commit.files:
            before = self.files.get(change.path)
            was_there = change.status != "added"
            for touched in self._were_there.values():
                touched.setdefault(change.path, was_there)
            lines = before.lines if before and was_there else 0
            lines = max(lines + change.added - change.removed, 0)
            gone = change.status == "deleted"
            self.files[change.path] = FileState(change.path, lines, commit.sha, gone)
        if commit.author == CUSTOMER_SAYS_NOTHING or commit.where.endswith(f"/{SOURCE}"):
            self._were_there["start"] = {}

    def _tag(self, where: str, data: EventData) -> None:
        match data:
            case TagStarted(request=request):
                self._tag_names[where, data.ordinal] = request.tag
            case TagEnded(result=TagResult(sha=sha)):
                name = self._tag_names.pop((where, data.ordinal), "")
                if name and sha:
                    self.tags.setdefault(sha, []).append(name)
                    self.version += 1
