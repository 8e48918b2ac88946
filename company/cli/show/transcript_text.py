"""A run's transcript on the terminal."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from company.cli.opened import OpenedRun
from company.cli.views.story import MARKS
from warehouse.history.chapters import Chapter, chapters
from warehouse.history.entries import (
    Began,
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
    ToolCalled,
)
from warehouse.history.format.figures import duration
from warehouse.history.format.lines import check, delivered, forked, steered
from warehouse.terminal_text import safe_text

SHOWN_LINES = 12
"""Lines of a reply or an output that are shown without --full."""


def print_transcript(opened: OpenedRun, *, full: bool) -> None:
    """Write the whole transcript; styled on a terminal, plain into a pipe."""
    console = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
    teller = _Teller(opened, full)
    try:
        for line in teller.lines():
            console.print(line)
    except BrokenPipeError:
        raise SystemExit(0) from None


class _Teller:
    def __init__(self, opened: OpenedRun, full: bool) -> None:
        self._opened = opened
        self._full = full

    def lines(self) -> Iterator[Text]:
        yield from self._what_fork()
        for chapter in chapters(self._opened.entries):
            yield from self._chapter(chapter)

    def _what_fork(self) -> Iterator[Text]:
        """Say at once that it is a fork: its journal begins with the past of its parent."""
        forks = [entry for entry in self._opened.entries if isinstance(entry, Forked)]
        if forks:
            yield _line(f"{forks[-1].run}  {forked(forks[-1])}", "bold")
            yield _line("What it shares with its parent comes first.", "dim")
            yield Text()

    def _chapter(self, chapter: Chapter) -> Iterator[Text]:
        if chapter.skipped:
            yield _line(f"– {chapter.heading}: {chapter.skipped}", "dim")
        elif chapter.title:
            yield Text()
            yield _line(f"● {chapter.heading}", "bold cyan")
        for entry in chapter.entries:
            yield from self._entry(entry)

    def _entry(self, entry: Entry) -> Iterator[Text]:
        match entry:
            case Began():
                yield _line(f"{entry.run}  {entry.name}", "bold")
                about = f"{entry.company} · {entry.chain} · {entry.model} · sandbox {entry.sandbox}"
                yield _line(f"{about} · {entry.at}", "dim")
                yield from self._body(entry.task, "")
            case Forked():
                yield _line(f"{entry.run}  {forked(entry)}", "bold")
            case Resumed():
                yield _line(f"resumed {entry.at}", "dim")
            case Steered():
                yield _line("  ‖ a person", "magenta")
                yield from self._body(steered(entry, self._opened.title_of), "magenta")
            case Said():
                yield from self._said(entry)
            case ToolCalled():
                yield _line(f"  {self._opened.title_of(entry.speaker)} uses {entry.call}", "cyan")
                yield from self._body(entry.text, "dim")
            case Delivered() if not entry.files:
                yield _line(f"  ✓ {entry.kind}", "green")
                yield from self._body(delivered(entry), "green")
            case Rejected():
                yield _line("  ↩ sent back", "yellow")
                yield from self._body(entry.complaint, "yellow")
            case Committed():
                yield _line(f"  commit {entry.sha[:10]}  {entry.author}", "magenta")
                for change in entry.files:
                    yield _line(
                        f"    {change.status} {change.path} +{change.added} -{change.removed}"
                    )
            case Executed():
                for done in entry.checks:
                    yield from self._check(done)
                if not entry.checks:
                    yield _line(f"  – {entry.summary}", "dim")
            case Noted():
                yield _line(f"  ! {entry.text}", "yellow")
            case Failed():
                yield _line(f"  ✗ {entry.effect} failed: {entry.error}", "red")
            case Ended():
                yield Text()
                style = "green" if entry.exit_code == 0 else "red"
                yield _line(f"■ {entry.status}, exit code {entry.exit_code}: {entry.reason}", style)

    def _said(self, said: Said) -> Iterator[Text]:
        speaker = self._opened.title_of(said.speaker)
        listener = self._opened.title_of(said.listener)
        if self._full:
            for message in said.prompt:
                yield _line(f"  [{message['role']} prompt to {speaker}]", "dim")
                yield from self._body(message["content"], "dim")
        line = _line(f"  {speaker} → {listener}", "bold")
        tokens = f"{said.prompt_tokens:,}+{said.completion_tokens:,} tokens"
        about = f"{said.model}, {tokens}, {duration(said.seconds)}" if said.model else "a person"
        line.append_text(_line(f"  {about}{', cut at its bound' if said.cut else ''}", "dim"))
        yield line
        yield from self._body(said.text, "")

    def _check(self, done: CheckDone) -> Iterator[Text]:
        mark, style = MARKS[done.ok]
        yield _line(f"  {mark} {check(done)}  $ {done.command}", style)
        if self._full or done.ok is False:
            yield from self._body(done.output, "dim")

    def _body(self, text: str, style: str) -> Iterator[Text]:
        lines = safe_text(text).rstrip("\n").split("\n") if text else []
        shown = lines if self._full else lines[:SHOWN_LINES]
        for line in shown:
            yield Text(f"    {line}", style=style)
        if len(shown) < len(lines):
            yield _line(f"    … {len(lines) - len(shown)} more lines with --full", "dim")


def _line(text: str, style: str = "") -> Text:
    return Text(safe_text(text, keep_newlines=False), style=style)
