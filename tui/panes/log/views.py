"""The tabs of the log that are lists: output, commits, events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from tui.panes.lines_view import LinesView
from tui.panes.log.event_lines import EventLines
from tui.panes.log.output_lines import OutputLines
from tui.panes.messages import OpenCommit, SeekTo
from tui.panes.work.diff_lines import counts
from tui.run_state.run_state import RunState
from tui.text.line import Line, Piece
from warehouse.history.entries import Committed
from warehouse.terminal_text import safe_text


class OutputView(Vertical):
    """What the sandbox printed, check by check, the newest last."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy", tooltip="Copy the output of this check"),
    ]

    def __init__(self, *, id: str) -> None:  # noqa: A002  Textual's word
        super().__init__(id=id)
        self._state: RunState | None = None
        self._lines = OutputLines()

    def compose(self) -> ComposeResult:
        yield LinesView(follows=True).say("Nothing was run yet.")

    def show(self, state: RunState) -> None:
        """Show what was run so far."""
        view = self.query_one(LinesView)
        if state is not self._state:
            self._state, self._lines = state, OutputLines()
            view.show_lines(self._lines)
        before = len(self._lines)
        self._lines.take(state.work.executions)
        if len(self._lines) != before:
            view.update()

    @on(LinesView.Chosen)
    def _toggle(self, message: LinesView.Chosen) -> None:
        message.stop()
        head = self._lines.toggle(message.number)
        message.view.update()
        message.view.move_to(head)

    def action_copy(self) -> None:
        """Copy all that the check at the cursor printed."""
        if len(self._lines):
            text = self._lines.text(self.query_one(LinesView).cursor)
            self.app.copy_to_clipboard(safe_text(text))
            self.app.notify("Copied.", timeout=2)


class CommitsView(Vertical):
    """The commits, the newest last."""

    _state: RunState | None = None
    _version = -1

    def compose(self) -> ComposeResult:
        yield LinesView(follows=True).say("Nothing was committed yet.")

    def show(self, state: RunState) -> None:
        """Show the commits made so far."""
        view = self.query_one(LinesView)
        if state is not self._state:
            self._state = state
            view.show_lines(CommitLines(state.work.commits, state.work.tags))
        elif state.work.version != self._version:
            view.update()
        self._version = state.work.version

    @on(LinesView.Chosen)
    def _open(self, message: LinesView.Chosen) -> None:
        message.stop()
        if self._state is not None:
            self.post_message(OpenCommit(self._state.work.commits[message.number].sha))


class EventsView(Vertical):
    """Every event; Enter shows the run as it was then."""

    _state: RunState | None = None
    _shown = 0

    def compose(self) -> ComposeResult:
        yield LinesView(follows=True).say("Nothing happened yet.")

    def show(self, state: RunState) -> None:
        """Show the events so far."""
        view = self.query_one(LinesView)
        if state is not self._state:
            self._state = state
            view.show_lines(EventLines(state.events))
        elif len(state.events) != self._shown:
            view.update()
        self._shown = len(state.events)

    @on(LinesView.Chosen)
    def _seek(self, message: LinesView.Chosen) -> None:
        message.stop()
        self.post_message(SeekTo(message.number + 1))


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
