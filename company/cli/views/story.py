"""What stays in the scrollback: a run told in short lines, phase by phase."""

from collections.abc import Iterator, Mapping

from rich.text import Text

from warehouse.history import entries
from warehouse.history.format import blocks
from warehouse.history.format.figures import excerpt
from warehouse.history.format.wording import blocks_of
from warehouse.journal.step_paths import circumstances
from warehouse.terminal_text import safe_text

CHECKS = {True: ("✓", "green"), False: ("✗", "red"), None: ("?", "yellow")}
SIGNS: Mapping[blocks.Sign, tuple[str, str]] = {
    "person": ("‖", "magenta"),
    "plan": ("≡", "cyan"),
    "yields": ("✓", "green"),
    "sent back": ("↩", "yellow"),
    "note": ("!", "yellow"),
    "again": ("!", "yellow"),
    "failed": ("✗", "red"),
    "no checks": ("–", "dim"),
}
"""The marks that are told on a terminal; the others are told by what stands around them."""
MOST_FILES = 6
"""Files of a commit that are named; the rest are counted."""
LONGEST = 300
"""Characters of a text in the story."""


class Story:
    """Tells entries as lines. A phase's title waits until something happens in it."""

    def __init__(self) -> None:
        self._titles: dict[str, str] = {}
        self._headings: dict[str, str] = {}

    def recall(self, entry: entries.Entry) -> None:
        """Know the past without telling it."""
        for _ in self.lines_of(entry):
            pass

    def lines_of(self, entry: entries.Entry) -> Iterator[Text]:
        """The lines an entry adds to the story."""
        match entry:
            case entries.StepBegan():
                self._begin(entry)
            case entries.StepEnded():
                yield from self._end(entry)
            case entries.Forked():
                self._headings.clear()
                self._titles = dict(entry.began.titles)
                yield from self._story_of(entry.began)
                yield from self._story_of(entry)
            case entries.VersionBegan():
                self._titles |= entry.began.titles
                yield from self._story_of(entry)
            case entries.Began():
                self._titles = dict(entry.titles)
                yield from self._story_of(entry)
            case _:
                yield from self._story_of(entry)

    def _begin(self, step: entries.StepBegan) -> None:
        if step.kind in ("phase", "handover"):
            about = step.title, circumstances(step.where)
            self._headings[step.where] = ", ".join(filter(None, about))

    def _end(self, step: entries.StepEnded) -> Iterator[Text]:
        heading = self._headings.pop(step.where, "")
        if step.outcome == "failed":
            yield line_of_text(f"  ✗ {excerpt(step.reason, LONGEST)}", "red")
        elif step.outcome == "skipped" and heading:
            yield line_of_text(f"– {heading}: {step.reason}", "dim")

    def _story_of(self, entry: entries.Entry) -> Iterator[Text]:
        for block in blocks_of(entry, lambda role: self._titles.get(role, role)):
            lines = list(_lines(block))
            match block:
                case blocks.Title() | blocks.Fact() | blocks.End() | blocks.Mark(sign="person"):
                    yield from lines
                case _ if lines:
                    yield from self._heading(entry.where)
                    yield from lines

    def _heading(self, where: str) -> Iterator[Text]:
        for phase in list(self._headings):
            if where == phase or where.startswith(f"{phase}/"):
                yield line_of_text(f"● {self._headings.pop(phase)}", "bold cyan")


def line_of_text(text: str, style: str = "") -> Text:
    """Any text on one line, safe to print."""
    return Text(safe_text(text, keep_newlines=False), style=style)


def _lines(block: blocks.Block) -> Iterator[Text]:
    match block:
        case blocks.Title():
            yield line_of_text(excerpt(block.task, LONGEST), "bold")
            yield line_of_text(block.facts, "dim")
        case blocks.Fact(kind="fork" | "version"):
            yield line_of_text(f"{block.label}: {block.text}", "bold")
        case blocks.Fact():
            yield line_of_text(block.label, "dim")
        case blocks.ToolUse():
            line = line_of_text(f"  {block.who}", "cyan")
            yield line.append(f"  {block.about}", style="dim" if block.ok else "yellow")
        case blocks.Quote():
            line = line_of_text(f"  {block.who}")
            yield line.append(f"  {block.about(block.written)}", style="dim")
        case blocks.Mark(sign="person"):
            yield line_of_text(f"‖ {excerpt(block.words, LONGEST)}", "magenta")
        case blocks.Mark(sign="plan"):
            yield line_of_text(f"  ≡ {block.label}", "cyan")
            yield from (line_of_text(f"    {item}", "dim") for item in block.text.split("\n"))
        case blocks.Mark() if block.sign in SIGNS:
            sign, style = SIGNS[block.sign]
            yield line_of_text(f"  {sign} {excerpt(block.text, LONGEST)}", style)
        case blocks.Changes():
            yield from _changes(block)
        case blocks.Code():
            sign, style = CHECKS[block.ok]
            yield line_of_text(f"  {sign} {block.line}", style)
        case blocks.End(status="stopped"):
            yield line_of_text(f"■ stopped: {excerpt(block.reason, LONGEST)}", "yellow")


def _changes(commit: blocks.Changes) -> Iterator[Text]:
    for file in commit.files[:MOST_FILES]:
        line = line_of_text(f"  {'-' if file.status == 'deleted' else '+'} {file.path}")
        line.append(f"  +{file.added}", style="green")
        yield line.append(f" -{file.removed}", style="red")
    if len(commit.files) > MOST_FILES:
        yield line_of_text(f"  … and {len(commit.files) - MOST_FILES} more files", "dim")
