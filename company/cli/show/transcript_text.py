"""A run's transcript on the terminal."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from company.cli.opened import OpenedRun
from company.cli.views.story import CHECKS, SIGNS, line_of_text
from warehouse.events import Picture
from warehouse.history.chapters import Chapter, chapters
from warehouse.history.entries import Forked
from warehouse.history.format import blocks
from warehouse.history.format.wording import blocks_of, pictured
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
            yield from self._block(blocks_of(forks[-1])[0])
            yield line_of_text("What it shares with its parent comes first.", "dim")
            yield Text()

    def _chapter(self, chapter: Chapter) -> Iterator[Text]:
        if chapter.skipped:
            yield line_of_text(f"– {chapter.heading}: {chapter.skipped}", "dim")
        elif chapter.title:
            yield Text()
            yield line_of_text(f"● {chapter.heading}", "bold cyan")
        for entry in chapter.entries:
            for block in blocks_of(entry, self._opened.title_of):
                yield from self._block(block)

    def _block(self, block: blocks.Block) -> Iterator[Text]:
        match block:
            case blocks.Title():
                yield line_of_text(f"{block.run}  {block.name}", "bold")
                yield line_of_text(f"{block.facts} · {block.at}", "dim")
                yield from self._body(block.task, "")
            case blocks.Fact(kind="fork" | "version"):
                yield line_of_text(f"{block.label}  {block.text}", "bold")
            case blocks.Fact():
                yield line_of_text(f"{block.label} {block.at}", "dim")
            case blocks.ToolUse():
                line = line_of_text(f"  {block.who}", "cyan")
                yield line.append(f"  {block.about}", style="dim" if block.ok else "yellow")
                if self._full:
                    yield from self._body(block.given, "")
                yield from self._body(block.text, "dim")
                yield from _pictured(block.pictures)
            case blocks.Quote():
                yield from self._quote(block)
            case blocks.Mark() if block.sign in SIGNS:
                yield from self._mark(block)
            case blocks.Changes():
                yield line_of_text(f"  commit {block.sha[:10]}  {block.author}", "magenta")
                for file in block.files:
                    yield line_of_text(
                        f"    {file.status} {file.path} +{file.added} -{file.removed}"
                    )
            case blocks.Code():
                sign, style = CHECKS[block.ok]
                yield line_of_text(f"  {sign} {block.line}  $ {block.command}", style)
                if self._full or block.ok is False:
                    yield from self._body(block.output, "dim")
                yield from _pictured(block.pictures)
            case blocks.End():
                yield Text()
                yield line_of_text(f"■ {block.line}", "red" if block.exit_code else "green")

    def _quote(self, quote: blocks.Quote) -> Iterator[Text]:
        for message in quote.prompt if self._full else ():
            yield line_of_text(f"  [{message['role']} prompt to {quote.speaker}]", "dim")
            yield from self._body(message["content"], "dim")
        line = line_of_text(f"  {quote.who}", "bold")
        about = quote.about(quote.model, quote.tokens)
        yield line.append_text(line_of_text(f"  {about}", "dim"))
        yield from self._body(quote.text, "")

    def _mark(self, mark: blocks.Mark) -> Iterator[Text]:
        """What may be long stands below its label."""
        sign, style = SIGNS[mark.sign]
        if mark.sign in ("person", "plan", "yields", "sent back"):
            yield line_of_text(f"  {sign} {mark.label}", style)
            yield from self._body(mark.words, style)
        else:
            label = f"{mark.label}: " if mark.label else ""
            yield line_of_text(f"  {sign} {label}{mark.text}", style)

    def _body(self, text: str, style: str) -> Iterator[Text]:
        lines = safe_text(text).rstrip("\n").split("\n") if text else []
        shown = lines if self._full else lines[:SHOWN_LINES]
        for line in shown:
            yield Text(f"    {line}", style=style)
        if len(shown) < len(lines):
            yield line_of_text(f"    … {len(lines) - len(shown)} more lines with --full", "dim")


def _pictured(pictures: Iterable[Picture]) -> Iterator[Text]:
    return (line_of_text(f"    {pictured(picture)}", "dim") for picture in pictures)
