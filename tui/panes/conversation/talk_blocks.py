"""The items of a conversation as blocks of rows."""

from collections.abc import Iterator

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.panes.conversation.block import (
    EMPTY,
    Row,
    RowBlock,
    apart,
    fitted,
    one_line,
    row,
)
from tui.panes.conversation.body import FOLDED, MOST_ROWS, body_rows
from tui.panes.conversation.data_card import CARDS, is_card
from tui.panes.conversation.inks import Inks
from tui.panes.conversation.prose import plain_rows
from tui.panes.conversation.reply_fields import fields_of
from tui.panes.conversation.told import told_rows, told_text
from tui.panes.conversation.tool_rows import named, underway_row, use_rows
from tui.panes.conversation.wrapping import StreamedText, rough_row_count
from tui.run_state.conversation import Heading, Item, PhaseOver, Speaking, Underway
from tui.run_state.run_state import RunState
from warehouse.history.entries import (
    Began,
    Delivered,
    Entry,
    Interjected,
    Planned,
    Rejected,
    Said,
    ToolCalled,
)
from warehouse.history.format.blocks import (
    Block,
    End,
    Fact,
    Mark,
    Quote,
    Sign,
    Title,
    ToolUse,
)
from warehouse.history.format.figures import counted, dollars, duration
from warehouse.history.format.wording import blocks_of
from warehouse.journal.step_paths import circumstances
from warehouse.terminal_text import safe_text

WRITING = ("·  ", "·· ", "···")
"""The mark of a message being written, step by step."""
_MESSAGES = (Began, Said, Speaking, Rejected, Interjected)
"""What somebody wrote: asked of every item of a long run, so blocks are not made for it."""


class TalkBlocks:
    """Lays out what a run's conversation consists of; see `block_view.Blocks`."""

    def __init__(self, state: RunState) -> None:
        self._state = state
        self._items = state.talk.items
        self._unfolded: set[int] = set()
        self._all_unfolded = False
        self._streams: dict[int, tuple[int, Item, StreamedText]] = {}
        self.beat = 0
        """Moves the marks of messages being written."""

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: int) -> Item:
        return self._items[index]

    def is_message(self, index: int) -> bool:
        """Whether it is something said, or asked of a database, at which the keys stop."""
        item = self._items[index]
        return isinstance(item, _MESSAGES) or (isinstance(item, ToolCalled) and item.tool in CARDS)

    def text(self, index: int) -> str:
        """All the words of an item."""
        item = self._items[index]
        if isinstance(item, Said):
            return item.text
        if isinstance(item, Speaking):
            return "".join(item.pieces)
        return "\n".join(map(told_text, _blocks(item)))

    def is_unfolded(self, index: int) -> bool:
        return (index in self._unfolded) != self._all_unfolded

    def fold(self, index: int, unfolded: bool) -> None:
        """Show an item whole, or its beginning."""
        if self.is_unfolded(index) != unfolded:
            self._unfolded ^= {index}

    def fold_all(self) -> None:
        """Show all items whole, or the beginnings of all."""
        self._all_unfolded = not self._all_unfolded
        self._unfolded.clear()

    def estimate(self, index: int, width: int) -> int:
        """About how many rows an item will take."""
        item = self._items[index]
        if isinstance(item, Heading):
            return 2
        if not isinstance(item, _MESSAGES):
            return 1
        rows = rough_row_count(self.text(index), width)
        return 2 + (rows if self.is_unfolded(index) else min(rows, FOLDED + 1))

    def lay_out(self, index: int, width: int, inks: Inks) -> RowBlock:
        """The rows of an item."""
        item = self._items[index]
        if self._is_said_above(index, item):
            return RowBlock(())
        lead = self._lead(index)
        foldable = False
        if isinstance(item, Heading):
            rows = [_heading(item, width, inks)]
        elif isinstance(item, Speaking):
            rows, foldable = self._speaking(index, item, width, inks)
        elif isinstance(item, _MESSAGES):
            body, foldable = body_rows(self.text(index), width, inks, self.is_unfolded(index))
            rows = [self._head(_blocks(item)[0], width, inks), *body]
        elif isinstance(item, Underway):
            rows = [underway_row(item, self._state, width, inks)]
        else:
            unfolded, told = self.is_unfolded(index), _blocks(item)
            if isinstance(item, Planned):
                told = blocks_of(item, self._state.title_of)
            rows = [each for block in told for each in self._rows(block, width, inks, unfolded)]
            foldable = any(isinstance(block, ToolUse) for block in told)
        return RowBlock((*(EMPTY for _ in range(lead)), *rows), lead, foldable)

    def _rows(self, block: Block, width: int, inks: Inks, unfolded: bool) -> Iterator[Row]:
        if isinstance(block, ToolUse):
            yield from use_rows(block, self._state, width, inks, unfolded)
        else:
            yield from told_rows(block, width, inks)

    def _is_said_above(self, index: int, item: Item) -> bool:
        """Whether a decision is nothing but the fields of the reply right above it."""
        above = self._items[index - 1]
        if not isinstance(item, Delivered) or not isinstance(above, Said):
            return False
        return not isinstance(item.fields.get("approved"), bool) and bool(fields_of(above.text))

    def _lead(self, index: int) -> int:
        """Rows that keep an item apart from the one above: none between lines that belong together."""
        if index == 0:
            return 0
        item, above = self._items[index], self._items[index - 1]
        if isinstance(item, PhaseOver) and item.outcome == "skipped":
            return 0 if isinstance(above, PhaseOver) and above.outcome == "skipped" else 1
        return 1 if _stands_apart(item) or isinstance(above, Heading) else 0

    def _head(self, block: Block, width: int, inks: Inks) -> Row:
        """The first row of a message: who says it to whom."""
        match block:
            case Title():
                return row(("Customer", inks.strong), (" → ", inks.dim), ("the company", inks.dim))
            case Mark(sign="sent back"):
                return row(("✗ ", inks.bad), (block.lead, inks.strong))
            case Mark():
                return fitted(row(*self._names("", block.listener, inks)), width)
            case Quote():
                left = fitted(row(*self._names(block.speaker, block.listener, inks)), width)
                heads = (apart(left, row(*each), width) for each in _figures(block, inks))
                return next((head for head in heads if head.strip.cell_length == width), left)
        raise AssertionError(block)

    def _names(self, speaker: str, listener: str, inks: Inks) -> list[tuple[str, Style]]:
        who, ink = named(speaker, self._state, inks)
        names = [(who or "You", ink)]
        if listener:
            names += [(" → ", inks.dim), (one_line(self._state.title_of(listener)), inks.dim)]
        return names

    def _speaking(
        self, index: int, item: Speaking, width: int, inks: Inks
    ) -> tuple[list[Row], bool]:
        stream = self._stream(index, item, width)
        most = MOST_ROWS if self.is_unfolded(index) else FOLDED
        shown = stream.rows(most)
        left = fitted(row(*self._names(item.asking.speaker, item.asking.listener, inks)), width)
        rows = [apart(left, row(self._sampling(item, inks)), width)]
        if item.asking.question:
            rows.extend(plain_rows(safe_text(item.asking.question), width, inks.text))
        if stream.count > len(shown):
            above = counted(stream.count - len(shown), "line")
            rows.append(row((f"… {above} above", inks.dim), opens="fold"))
        rows.extend(row((line, inks.text), searchable=True) for line in shown)
        return rows, stream.count > FOLDED

    def _sampling(self, item: Speaking, inks: Inks) -> tuple[str, Style]:
        if item.broken:
            return "broken off", inks.warn
        if item.asking.question:
            return "waits for your answer", inks.warn
        return f"writing {WRITING[self.beat % len(WRITING)]}", inks.dim

    def _stream(self, index: int, item: Speaking, width: int) -> StreamedText:
        known = self._streams.get(index)
        if known is None or known[0] != width or known[1] is not item:
            known = self._streams[index] = (width, item, StreamedText(width))
        known[2].take(item.pieces)
        return known[2]

    def forget_stream(self, index: int) -> None:
        """A message has ended: how it was written matters no more."""
        self._streams.pop(index, None)


def _heading(item: Heading, width: int, inks: Inks) -> Row:
    where = f"round {item.round} of {item.most_rounds}" if item.round else circumstances(item.where)
    rounds = f"   {where}" if where else ""
    left = fitted(row((one_line(item.title), inks.heading), (rounds, inks.dim)), width)
    room = width - left.strip.cell_length - 2
    if room < 2:
        return left
    return Row(Strip([*left.strip, Segment("  "), Segment("─" * room, inks.rule)]))


def _figures(quote: Quote, inks: Inks) -> list[list[tuple[str, Style]]]:
    """The figures of a message, from all of them to the fewest."""
    facts = []
    if quote.completion_tokens:
        facts.append(counted(quote.completion_tokens, "token"))
    if quote.cost:
        facts.append(dollars(quote.cost))
    if quote.seconds:
        facts.append(duration(quote.seconds))
    cut = [("cut off", inks.warn)] if quote.is_cut else []
    shown = []
    for some in (facts, facts[:1], []):
        pieces = [("  ".join(some), inks.dim)] if some else []
        shown.append([*cut, *([("  ", inks.dim)] if cut and pieces else []), *pieces])
    return shown


def _blocks(item: Item) -> list[Block]:
    if isinstance(item, PhaseOver):
        sign: Sign = "over" if item.outcome == "failed" else "skipped"
        return [Mark(sign, item.reason, item.title)]
    return blocks_of(item) if isinstance(item, Entry) else []


def _stands_apart(item: Item) -> bool:
    return isinstance(item, (*_MESSAGES, Heading)) or any(
        isinstance(block, End | Fact)
        or (isinstance(block, Mark) and block.sign == "failed")
        or (isinstance(block, ToolUse) and is_card(block))
        for block in _blocks(item)
    )
