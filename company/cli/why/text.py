"""The answer of `softhouse why`, as people read it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from company.cli.views.story import line_of_text
from company.cli.why.answer import FileAnswer, LineAnswer, ranges
from warehouse.history.entries import Delivered
from warehouse.history.format.blocks import Mark, Quote, ToolUse
from warehouse.history.format.figures import counted, excerpt
from warehouse.history.format.wording import blocks_of, quote_of
from warehouse.history.why.origin import Origin
from warehouse.history.why.trace import Share, TracedLine
from warehouse.terminal_text import safe_text

SHOWN_LINES = 6
"""Lines of a reason, a reply or an earlier version that are shown without --full."""
PROMPT_LINES = 3
"""Lines of a prompt that are shown without --full."""
AROUND = 3
"""Lines of the reply that are shown above and below the line asked about."""
CALL_CHARACTERS = 60
"""Of a call, beside the lines it wrote."""
SHOWN_RANGES = 8
"""Ranges of lines that are named for one commit without --full."""


def print_answer(answer: LineAnswer | FileAnswer, *, full: bool) -> None:
    """Write the answer; styled on a terminal, plain into a pipe."""
    console = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
    if isinstance(answer, LineAnswer):
        lines = _LineTeller(answer, full).lines()
    else:
        lines = _about_file(answer, full)
    try:
        for line in lines:
            console.print(line)
        for note in answer.notes:
            for number, words in enumerate(note.split("\n")):
                console.print(line_of_text(f"{'  ' if number else '! '}{words}", "yellow"))
    except BrokenPipeError:
        raise SystemExit(0) from None


def _about_file(answer: FileAnswer, full: bool) -> Iterator[Text]:
    if not answer.shares:
        yield line_of_text(f"{answer.path}  {'empty' if answer.is_text else 'binary'}", "bold")
        yield from _origin(answer.last)
        return
    yield line_of_text(f"{answer.asked}  {counted(answer.lines, 'line')}", "bold")
    rows = [_row(each.share) for each in answer.shares]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for (count, *names), each in zip(rows, answer.shares, strict=True):
        padded = [set_cell_size(name, width) for name, width in zip(names, widths[1:], strict=True)]
        numbers = _numbers(each.share.lines, full)
        yield Text("  ".join(["", count.rjust(widths[0]), *padded, numbers]))
        for call, lines in each.calls:
            about = f"{excerpt(call.call, CALL_CHARACTERS)}: {_numbers(lines, full)}"
            yield line_of_text(f"  {' ' * widths[0]}    {about}", "dim")


def _row(share: Share) -> list[str]:
    origin = share.origin
    cells = str(len(share.lines)), origin.heading, origin.author, origin.sha[:10]
    return [safe_text(cell, keep_newlines=False) for cell in cells]


def _numbers(lines: Iterable[TracedLine], full: bool) -> str:
    """`1-4, 8, 12-20`."""
    names = [
        str(first) if first == last else f"{first}-{last}"
        for first, last in ranges(line.number for line in lines)
    ]
    shown = names if full else names[:SHOWN_RANGES]
    more = f", … {len(names) - len(shown)} more with --full" if len(shown) < len(names) else ""
    return ", ".join(shown) + more


@dataclass(frozen=True)
class _LineTeller:
    answer: LineAnswer
    full: bool

    def lines(self) -> Iterator[Text]:
        line = self.answer.line
        yield line_of_text(f"{self.answer.path}:{line.number}", "bold")
        yield line_of_text(f"    {line.text}")
        yield Text()
        yield from _origin(line.origin)
        yield from self._call()
        if line.origin.reason:
            yield line_of_text("  because", "bold")
            yield from self._reason(line.origin.reason.split("\n"))
        if self.answer.talk and self.answer.talk.report:
            yield line_of_text("  it had been found", "bold")
            yield from self._body(_report(self.answer.talk.report), "yellow")
        yield from self._whole_talk() if self.full else self._last_words()
        for share in self.answer.earlier:
            yield Text()
            yield line_of_text(
                f"before that: {_made_by(share.origin)}, {share.origin.sha[:10]}", "bold"
            )
            yield from self._body([each.text for each in share.lines], "")

    def _call(self) -> Iterator[Text]:
        """The calls that wrote the line, and what they came to."""
        blocks = (block for call in self.answer.calls for block in blocks_of(call, self._title))
        for block in blocks:
            if isinstance(block, ToolUse):
                yield line_of_text(f"  {block.line}", "bold")
                yield from self._body(block.text.split("\n"), "dim", PROMPT_LINES)

    def _last_words(self) -> Iterator[Text]:
        talk = self.answer.talk
        if talk is None:
            return
        reply = quote_of(talk.reply)
        if reply.prompt:
            yield self._speaks(reply.listener, reply.speaker, "")
            prompt = reply.prompt[-1]["content"].split("\n")
            yield from self._body(prompt, "dim", PROMPT_LINES)
        yield self._speaks(reply.speaker, reply.listener, reply.about(reply.model))
        yield from self._excerpt(self.answer.words.rstrip("\n").split("\n"))

    def _whole_talk(self) -> Iterator[Text]:
        """Every message once: a later prompt begins with what was said before."""
        talk = self.answer.talk
        shown: set[tuple[str, str]] = set()
        for entry in talk.entries if talk else ():
            for block in blocks_of(entry):
                match block:
                    case Quote():
                        yield from self._whole_quote(block, shown)
                    case Mark():
                        shown.add(("user", block.text))
                        yield line_of_text(f"  ↩ {block.label}", "yellow")
                        yield from self._body(block.text.split("\n"), "yellow")

    def _whole_quote(self, quote: Quote, shown: set[tuple[str, str]]) -> Iterator[Text]:
        for message in quote.prompt:
            key = message["role"], message["content"]
            if key not in shown:
                yield line_of_text(f"  [{message['role']} prompt]", "dim")
                yield from self._body(message["content"].split("\n"), "dim")
            shown.add(key)
        shown.add(("assistant", quote.text))
        yield self._speaks(quote.speaker, quote.listener, quote.about(quote.model))
        yield from self._body(quote.text.split("\n"), "")

    def _speaks(self, speaker: str, listener: str, about: str) -> Text:
        line = line_of_text(f"  {self._title(speaker)} → {self._title(listener)}", "bold")
        return line.append_text(line_of_text(f"  {about}" if about else "", "dim"))

    def _title(self, role: str) -> str:
        return self.answer.titles.get(role, role)

    def _excerpt(self, lines: Sequence[str]) -> Iterator[Text]:
        """The words around the line, or their beginning where they do not hold it as it is."""
        at = self.answer.found_at
        if at is None:
            yield from self._body(lines, "")
            return
        first, end = max(at - AROUND, 0), min(at + AROUND + 1, len(lines))
        if first:
            yield line_of_text(f"    … {counted(first, 'line')} above", "dim")
        for index in range(first, end):
            yield line_of_text(f"{'  >' if index == at else ''}".ljust(4) + lines[index])
        if end < len(lines):
            yield line_of_text(f"    … {counted(len(lines) - end, 'line')} below", "dim")

    def _reason(self, lines: Sequence[str]) -> Iterator[Text]:
        """Its end: that is where a failing check says what failed."""
        shown = lines if self.full else lines[-SHOWN_LINES:]
        if len(shown) < len(lines):
            yield line_of_text(f"    … {_more(len(lines) - len(shown))}", "dim")
        yield from _indented(shown, "yellow")

    def _body(self, lines: Sequence[str], style: str, most: int = SHOWN_LINES) -> Iterator[Text]:
        shown = list(lines if self.full else lines[:most])
        while shown and not shown[-1].strip():
            shown.pop()
        yield from _indented(shown, style)
        if len(shown) < len(lines):
            yield line_of_text(f"    … {_more(len(lines) - len(shown))}", "dim")


def _indented(lines: Sequence[str], style: str) -> Iterator[Text]:
    return (line_of_text(f"    {line}", style) for line in lines)


def _more(lines: int) -> str:
    return f"{counted(lines, 'more line')} with --full"


def _made_by(origin: Origin) -> str:
    """`Coding, by the Programmer`."""
    match origin.maker:
        case "uncommitted":
            return "Not committed yet"
        case "customer":
            return f"The {origin.author}'s own, from before the run: {origin.heading}"
        case "person":
            return f"{origin.author}, outside of any run: {origin.heading}"
        case "company":
            return f"{origin.heading}, by the {origin.author}"


def _origin(origin: Origin) -> Iterator[Text]:
    yield line_of_text(f"● {_made_by(origin)}", "bold cyan")
    if origin.sha:
        about = [f"commit {origin.sha[:10]}", origin.at, origin.step, origin.model]
        yield line_of_text(f"  {' · '.join(part for part in about if part)}", "dim")


def _report(report: Delivered) -> list[str]:
    if not report.fields:
        return report.text.split("\n")
    return [f"{name}: {value}" for name, value in report.fields.items() if value not in ("", [])]
