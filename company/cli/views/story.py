"""What stays in the scrollback: a run told in short lines, phase by phase."""

from collections.abc import Iterator

from rich.text import Text

from warehouse.history.entries import (
    Began,
    Change,
    CheckDone,
    Committed,
    Delivered,
    Ended,
    Entry,
    Executed,
    Failed,
    Forked,
    Noted,
    Rejected,
    Resumed,
    Said,
    Steered,
    StepBegan,
    StepEnded,
    ToolCalled,
)
from warehouse.history.format.figures import duration
from warehouse.history.format.lines import check, delivered, excerpt, forked, steered
from warehouse.journal.step_paths import circumstances
from warehouse.terminal_text import safe_text

MARKS = {True: ("✓", "green"), False: ("✗", "red"), None: ("?", "yellow")}
MOST_FILES = 6
"""Files of a commit that are named; the rest are counted."""


class Story:
    """Tells entries as lines. A phase's title waits until something happens in it."""

    def __init__(self) -> None:
        self._titles: dict[str, str] = {}
        self._headings: dict[str, str] = {}

    def recall(self, entry: Entry) -> None:
        """Know the past without telling it."""
        for _ in self.lines_of(entry):
            pass

    def lines_of(self, entry: Entry) -> Iterator[Text]:
        """The lines an entry adds to the story."""
        match entry:
            case Began():
                yield from self._head(entry)
            case Forked():
                self._headings.clear()
                yield from self._head(entry.began)
                yield _line(f"{entry.run}: {forked(entry)}", style="bold")
            case Resumed():
                yield _line("resumed", style="dim")
            case Steered():
                yield _line(f"‖ {excerpt(steered(entry, self._title), 300)}", style="magenta")
            case StepBegan():
                self._begin(entry)
            case StepEnded(outcome="skipped") if entry.where in self._headings:
                title = self._headings.pop(entry.where)
                yield _line(f"– {title}: {entry.reason}", style="dim")
            case StepEnded():
                yield from self._end(entry)
            case (
                Said()
                | ToolCalled()
                | Delivered()
                | Rejected()
                | Committed()
                | Executed()
                | Noted()
                | Failed()
            ):
                yield from self._heading(entry.where)
                yield from self._told(entry)
            case Ended() if entry.status == "stopped":
                yield _line(f"■ stopped: {excerpt(entry.reason, 200)}", style="yellow")

    def _head(self, began: Began) -> Iterator[Text]:
        self._titles = began.titles
        yield _line(excerpt(began.task, 300), style="bold")
        yield _line(
            f"{began.company} · {began.chain} · {began.model} · sandbox {began.sandbox}",
            style="dim",
        )

    def _begin(self, step: StepBegan) -> None:
        if step.kind in ("phase", "handover"):
            about = step.title, circumstances(step.where)
            self._headings[step.where] = ", ".join(filter(None, about))

    def _heading(self, where: str) -> Iterator[Text]:
        for phase in list(self._headings):
            if where == phase or where.startswith(f"{phase}/"):
                yield _line(f"● {self._headings.pop(phase)}", style="bold cyan")

    def _end(self, step: StepEnded) -> Iterator[Text]:
        self._headings.pop(step.where, None)
        if step.outcome == "failed":
            yield _line(f"  ✗ {excerpt(step.reason, 200)}", style="red")

    def _told(self, entry: Entry) -> Iterator[Text]:
        match entry:
            case Said():
                yield self._talk(entry)
            case ToolCalled():
                words = f"  {self._title(entry.speaker)} uses {excerpt(entry.call, 200)}"
                yield _line(words, style="cyan")
            case Delivered() if not entry.files:
                yield _line(f"  ✓ {excerpt(delivered(entry), 200)}", style="green")
            case Rejected():
                yield _line(f"  ↩ {excerpt(entry.complaint, 200)}", style="yellow")
            case Committed():
                yield from (_change(c) for c in entry.files[:MOST_FILES])
                if len(entry.files) > MOST_FILES:
                    yield _line(f"  … and {len(entry.files) - MOST_FILES} more files", style="dim")
            case Executed():
                yield from (_check(c) for c in entry.checks)
                if not entry.checks:
                    yield _line(f"  – {entry.summary}", style="dim")
            case Noted():
                yield _line(f"  ! {excerpt(entry.text, 300)}", style="yellow")
            case Failed():
                yield _line(f"  ✗ {excerpt(entry.error, 300)}", style="red")

    def _title(self, role: str) -> str:
        return self._titles.get(role, role)

    def _talk(self, said: Said) -> Text:
        line = _line(f"  {self._title(said.speaker)} → {self._title(said.listener)}")
        figures = f"{said.completion_tokens:,} tokens, {duration(said.seconds)}"
        line.append(f"  {figures if said.model else 'a person'}", style="dim")
        return line


def _line(text: str, style: str = "") -> Text:
    return Text(safe_text(text, keep_newlines=False), style=style)


def _change(change: Change) -> Text:
    line = _line(f"  {'-' if change.status == 'deleted' else '+'} {change.path}")
    line.append(f"  +{change.added}", style="green")
    line.append(f" -{change.removed}", style="red")
    return line


def _check(done: CheckDone) -> Text:
    mark, style = MARKS[done.ok]
    return _line(f"  {mark} {check(done)}", style=style)
