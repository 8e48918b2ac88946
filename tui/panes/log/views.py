"""The tabs of the log that are lists: output, commits, events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.panes.lines_view import LinesView
from tui.panes.log.output_lines import OutputLines
from tui.panes.messages import OpenCommit, SeekTo
from tui.panes.work.diff_lines import counts
from tui.run_state.run_state import RunState
from tui.text.line import Line, Lines, Piece
from warehouse.events import Effect, EffectFailed, WordsStreamed
from warehouse.history.entries import Committed, Entry
from warehouse.history.format.figures import excerpt
from warehouse.history.format.lines import lines_of
from warehouse.journal.journal import Event
from warehouse.terminal_text import safe_text

WORD = 8
"""Characters of the word that `lines_of` begins a line with."""

STYLES: Mapping[str, str] = {
    "run": "$text-primary bold",
    "fork": "$text-primary bold",
    "resume": "$text-primary bold",
    "end": "$text-primary bold",
    "phase": "$text-primary",
    "round": "$text-primary",
    "says": "$text-success",
    "commit": "$text-warning",
    "check": "$text-secondary",
    "failed": "$text-error",
    "rejected": "$text-error",
    "note": "$text-warning",
}
VERBS: Mapping[str, str] = {"started": "begins", "ended": "ends"}
"""Of what the transcript does not tell."""


class LogList(LinesView):
    """A tab that is a list, its newest lines last."""

    NOTHING: ClassVar[str]
    """What is said while it is empty."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  Textual's word
        super().__init__(follows=True, id=id)
        self._state: RunState | None = None
        self._version = 0
        self.say(self.NOTHING)

    def lines_of(self, state: RunState) -> Lines:
        """What is listed of a run; it grows with the run."""
        raise NotImplementedError

    def version_of(self, state: RunState) -> int:
        """Take in what is new of the run; the number changes where something else is to be seen."""
        raise NotImplementedError

    def show(self, state: RunState) -> None:
        """Show the run so far."""
        if state is not self._state:
            self._state, self._version = state, 0
            self.show_lines(self.lines_of(state))
        version = self.version_of(state)
        if version != self._version:
            self._version = version
            self.update()


class OutputView(LogList):
    """What the sandbox printed, check by check."""

    NOTHING = "Nothing was run yet."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy", tooltip="Copy the output of this check"),
    ]

    def __init__(self, *, id: str) -> None:  # noqa: A002  Textual's word
        super().__init__(id=id)
        self._output = OutputLines()

    def lines_of(self, state: RunState) -> Lines:
        self._output = OutputLines()
        return self._output

    def version_of(self, state: RunState) -> int:
        self._output.take(state.work.executions)
        return len(self._output)

    def on_lines_view_chosen(self, message: LinesView.Chosen) -> None:
        message.stop()
        head = self._output.toggle(message.number)
        self.update()
        self.move_to(head)

    def action_copy(self) -> None:
        """Copy all that the check at the cursor printed."""
        if len(self._output):
            self.app.copy_to_clipboard(safe_text(self._output.text(self.cursor)))
            self.app.notify("Copied.", timeout=2)


class CommitsView(LogList):
    """The commits; Enter shows what one changed."""

    NOTHING = "Nothing was committed yet."

    def lines_of(self, state: RunState) -> Lines:
        return CommitLines(state.work.commits, state.work.tags)

    def version_of(self, state: RunState) -> int:
        return state.work.version

    def on_lines_view_chosen(self, message: LinesView.Chosen) -> None:
        message.stop()
        if self._state is not None:
            self.post_message(OpenCommit(self._state.work.commits[message.number].sha))


class EventsView(LogList):
    """Every event; Enter shows the run as it was then."""

    NOTHING = "Nothing happened yet."

    def lines_of(self, state: RunState) -> Lines:
        return EventLines(state.events, state.entries)

    def version_of(self, state: RunState) -> int:
        return len(state.events)

    def on_lines_view_chosen(self, message: LinesView.Chosen) -> None:
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


@dataclass(frozen=True, slots=True)
class EventLines:
    """A line for each event: its time, its kind in a word, where, and what."""

    events: Sequence[Event]
    entries: Sequence[Entry | None]
    """What each is in the transcript."""
    width: int = 0

    def __len__(self) -> int:
        return len(self.events)

    def line(self, number: int) -> Line:
        event = self.events[number]
        word, text = self._words(number)
        pieces = [(f"{word:<{WORD}} ", STYLES.get(word, "$foreground 60%"))]
        if event.where:
            pieces.append((f"{event.where} ", "$foreground 60%"))
        return Line((*pieces, (text, "")), lead=((f" {event.at[11:19]}  ", "$foreground 40%"),))

    def _words(self, number: int) -> tuple[str, str]:
        event, entry = self.events[number], self.entries[number]
        data = event.data
        if isinstance(data, WordsStreamed):
            return "words", excerpt(data.text)
        lines = lines_of(entry) if entry is not None else []
        if not lines:
            what = data.effect if isinstance(data, Effect | EffectFailed) else ""
            happened = event.kind.rpartition(".")[2]
            return VERBS.get(happened, happened), what
        word, text = lines[0][:WORD].strip(), lines[0][WORD:].strip()
        more = f"  (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        return (
            word,
            f"{text.removeprefix(safe_text(event.where, keep_newlines=False))}{more}".strip(),
        )
