"""The commits of a run as lines, the oldest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui.panes.work.diff_lines import counts
from tui.text.line import Line, Piece
from warehouse.history.entries import Committed


@dataclass(frozen=True, slots=True)
class CommitLines:
    """A line for each commit."""

    commits: Sequence[Committed]
    tags: Mapping[str, Sequence[str]]
    width: int = 0

    def __len__(self) -> int:
        return len(self.commits)

    def line(self, number: int) -> Line:
        commit = self.commits[number]
        subject = commit.message.partition("\n")[0] or "The customer's files"
        tags: tuple[Piece, ...] = tuple(
            (f"  ⚑ {name}", "$text-secondary") for name in self.tags.get(commit.sha, ())
        )
        added = sum(change.added for change in commit.files)
        removed = sum(change.removed for change in commit.files)
        return Line(
            (
                (f"{commit.sha[:7]}  ", "$text-warning"),
                (subject, ""),
                (f"  {commit.author or 'the customer'}", "$foreground 60%"),
                *tags,
            ),
            lead=((f" {commit.at[11:19]}  ", "$foreground 40%"),),
            tail=(*counts(added, removed), (" ", "")),
        )
