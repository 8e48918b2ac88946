"""A long list of blocks of text, of which only what can be seen is laid out.

The heights of the others are guesses. When a guess turns out wrong, the row at the top of the
screen stays where it is: what changes is how far away everything else is.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.conversation import inks as ink
from tui.widgets.conversation.block import Block, Target
from tui.widgets.conversation.heights import Heights
from tui.widgets.conversation.inks import Inks, inks_of
from tui.widgets.conversation.search import Highlights

GUTTER = 2
WIDEST = 108
"""Columns of text at most: longer lines are hard to read."""
KEPT = 400
"""Blocks that stay laid out."""
WHEEL = 3
_LEAST_WIDTH = 4


class Blocks(Protocol):
    """What a view shows. Items are only ever added at the end; the others may change."""

    def __len__(self) -> int: ...

    def estimate(self, index: int, width: int) -> int:
        """About how many rows an item takes."""

    def lay_out(self, index: int, width: int, inks: Inks) -> Block:
        """The rows of an item, none of them wider than `width`."""

    def is_message(self, index: int) -> bool:
        """Whether the keys stop at it."""


class Nothing:
    """No blocks at all."""

    def __len__(self) -> int:
        return 0

    def estimate(self, index: int, width: int) -> int:
        return 0

    def lay_out(self, index: int, width: int, inks: Inks) -> Block:
        return Block(())

    def is_message(self, index: int) -> bool:
        return False


class BlockView(ScrollView, can_focus=True):
    """Shows blocks, one of them current. At the end it stays at the end while they grow."""

    COMPONENT_CLASSES: ClassVar[set[str]] = ink.CLASSES
    DEFAULT_CSS = (
        ink.CSS.format(widget="BlockView")
        + """
    BlockView {
        height: 1fr; overflow-x: hidden; overflow-y: scroll;
        scrollbar-size-vertical: 1;
        scrollbar-color: $foreground 20%; scrollbar-background: $background;
        scrollbar-color-hover: $foreground 40%; scrollbar-background-hover: $background;
    }
    """
    )

    @dataclass
    class Opened(Message):
        """A row was clicked that leads somewhere."""

        index: int
        opens: Target

    def __init__(self, nothing: str = "", **options: Any) -> None:
        """`nothing` is said where there are no blocks."""
        super().__init__(**options)
        self._nothing = nothing
        self.current = -1
        """The item that keys act on; -1 for none."""
        self.following = True
        """Whether the end is shown, also when there is more."""
        self.news = 0
        """Messages that came below while the end was not shown."""
        self.highlights = Highlights()
        self._blocks: Blocks = Nothing()
        self._heights = Heights()
        self._laid: OrderedDict[int, Block] = OrderedDict()
        self._measured: set[int] = set()
        """Items whose height is no guess."""
        self._width = 0
        self._inks: Inks | None = None
        self._arranging = False

    # What is shown

    def hold(self, blocks: Blocks) -> None:
        """Show other blocks, from their end."""
        self._blocks = blocks
        self.current, self.news, self.following = -1, 0, True
        self._begin_anew()

    def grow(self) -> None:
        """Take up items that were added."""
        start = len(self._heights)
        for index in range(start, len(self._blocks)):
            self._heights.append(self._blocks.estimate(index, self._width))
        messages = [i for i in range(start, len(self._blocks)) if self._blocks.is_message(i)]
        if self.following and (self.current < 0 or self._is_last_of(self.current, start)):
            self.current = messages[-1] if messages else self.current
        if not self.following:
            self.news += len(messages)
        self._arrange()

    def change(self, indices: Iterable[int]) -> None:
        """Lay out items again, which became others."""
        for index in indices:
            self._laid.pop(index, None)
            self.highlights.forget(index)
        self._arrange()

    def change_all(self) -> None:
        """Lay out everything again, with the same item at the top."""
        self._begin_anew(self._top()[0])

    def _is_last_of(self, index: int, count: int) -> bool:
        return not any(self._blocks.is_message(i) for i in range(index + 1, count))

    def _begin_anew(self, top: int = -1) -> None:
        self._laid.clear()
        self._measured.clear()
        self.highlights.clear()
        indices = range(len(self._blocks))
        self._heights = Heights(self._blocks.estimate(i, self._width) for i in indices)
        if self.current < 0:
            self.current = next(filter(self._blocks.is_message, reversed(indices)), -1)
        self._arrange((top, 0) if top >= 0 else None)

    # Where it stands

    def go_to(self, index: int, row: int = 0) -> None:
        """Make an item the current one, and bring its row into sight if it is not."""
        if not 0 <= index < len(self._heights):
            return
        self.current = index
        self._lay_out(index)
        line, height = self._heights.top(index) + row, self.size.height
        if not self.scroll_y <= line < self.scroll_y + height - min(2, height // 3):
            back = height // 4 if row else 0
            self._stand(line - back)
        self.refresh()

    def show_block(self, index: int) -> None:
        """Make an item the current one, and bring as much of it into sight as there is room for."""
        if not 0 <= index < len(self._heights):
            return
        self.current = index
        self._lay_out(index)
        top, height = self._heights.top(index), self.size.height
        bottom = top + self._heights[index]
        if top < self.scroll_y or bottom - top >= height:
            self._stand(top)
        elif bottom > self.scroll_y + height:
            self._stand(bottom - height)
        self.refresh()

    def go_to_end(self) -> None:
        """Show the end, and stay there."""
        self.following, self.news = True, 0
        last = range(len(self._blocks) - 1, -1, -1)
        self.current = next(filter(self._blocks.is_message, last), -1)
        self._arrange()

    def move(self, lines: int) -> None:
        """Scroll by some lines; up is negative."""
        self._stand(round(self.scroll_y) + lines)

    def extent(self, index: int) -> tuple[int, int]:
        """The first line of an item and the one below its last, from the top of what is seen."""
        top = self._heights.top(index) - round(self.scroll_y)
        return top, top + self._heights[index]

    def in_sight(self) -> range:
        """The items of which something can be seen."""
        if not len(self._heights):
            return range(0)
        first = self._top()[0]
        last = self._heights.at(round(self.scroll_y) + self.size.height - 1)[0]
        return range(first, last + 1)

    def block(self, index: int) -> Block:
        """An item, laid out."""
        self._lay_out(index)
        return self._laid[index]

    def _top(self) -> tuple[int, int]:
        return self._heights.at(round(self.scroll_y))

    def _stand(self, line: int) -> None:
        """Bring a line to the top of what is seen."""
        self.following = False
        self._arrange(self._heights.at(line))
        self.following = self.scroll_y >= self.max_scroll_y
        if self.following:
            self.news = 0

    # Laying out

    def _arrange(self, top: tuple[int, int] | None = None) -> None:
        """Lay out what is seen and a page on either side; `top` or what was there stays at the top."""
        if self._arranging:
            return
        self._arranging = True
        try:
            if not self._width or not len(self._heights):
                self.virtual_size = Size(self._width, self._heights.total)
                self.scroll_target_y = self.scroll_y = 0
            elif self.following:
                self._reach(len(self._heights) - 1, -1, 2 * self.size.height)
                self._place(self._heights.total - self.size.height)
            else:
                index, row = self._around(*(top or self._top()))
                self._place(self._heights.top(index) + row)
        finally:
            self._arranging = False
        self.refresh()

    def _around(self, index: int, row: int) -> tuple[int, int]:
        before = None if index in self._measured else self._heights[index]
        height = self._lay_out(index)
        if before is not None and row:
            # It came in from above, and its lower rows first.
            row += height - before
        row = max(0, min(row, height - 1))
        page = self.size.height
        self._reach(index, 1, row + 2 * page)
        self._reach(index - 1, -1, page - row)
        missing = page - (self._heights.total - self._heights.top(index) - row)
        if missing > 0:
            self._reach(index - 1, -1, missing + page)
        return index, row

    def _reach(self, index: int, step: int, rows: int) -> None:
        """Lay out item after item until there are so many rows."""
        while rows > 0 and 0 <= index < len(self._heights):
            rows -= self._lay_out(index)
            index += step

    def _lay_out(self, index: int) -> int:
        block = self._laid.get(index)
        if block is None:
            block = self._blocks.lay_out(index, self._width, self._styles_now())
            self._laid[index] = block
            self._measured.add(index)
            self._heights[index] = len(block.rows)
            if len(self._laid) > KEPT:
                self._laid.popitem(last=False)
        else:
            self._laid.move_to_end(index)
        return len(block.rows)

    def _place(self, line: int) -> None:
        self.virtual_size = Size(self._width, self._heights.total)
        line = max(0, min(line, self._heights.total - self.size.height))
        self.scroll_target_y = self.scroll_y = line

    def _styles_now(self) -> Inks:
        if self._inks is None:
            self._inks = inks_of(self)
        return self._inks

    # What Textual asks and tells

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._on_theme)

    def _on_theme(self, _: object) -> None:
        self._inks = None
        if self._width:
            self.change_all()

    def on_resize(self, event: events.Resize) -> None:
        width = max(min(event.size.width - GUTTER - 1, WIDEST), _LEAST_WIDTH)
        if width == self._width:
            self._arrange()
            return
        top = self._top()[0] if self._width else -1
        self._width = width
        self._begin_anew(top)

    def scroll_to(self, x: float | None = None, y: float | None = None, **options: Any) -> None:
        """At once: a glide would aim at a line that moves while rows are laid out."""
        super().scroll_to(x, y, **{**options, "animate": False})

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if not self._arranging and round(old_value) != round(new_value):
            self._stand(round(new_value))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.prevent_default().stop()
        self.move(WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.prevent_default().stop()
        self.move(-WHEEL)

    def on_click(self, event: events.Click) -> None:
        if self.news and event.y == self.size.height - 1:
            self.go_to_end()
            return
        line = round(self.scroll_y) + event.y
        if not len(self._heights) or line >= self._heights.total:
            return
        index, row = self._heights.at(line)
        if self._blocks.is_message(index):
            self.current = index
            self.refresh()
        opens = self.block(index).rows[row].opens
        if opens is not None:
            self.post_message(self.Opened(index, opens))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        base = self.rich_style
        if self.news and y == self.size.height - 1:
            return self._news_line(width)
        line = round(self.scroll_y) + y
        if line >= self._heights.total:
            said = self._nothing if not len(self._heights) and y == self.size.height // 2 else ""
            strip = Strip([Segment(said.center(width), self._styles_now().dim)])
            return strip.apply_style(base).crop_extend(0, width, base)
        index, row = self._heights.at(line)
        block = self._laid.get(index)
        if block is None or row >= len(block.rows):
            return Strip.blank(width, base)
        strip = self.highlights.on(index, row, block, self._styles_now())
        marked = index == self.current and row >= block.lead
        gutter = Segment("▌ " if marked else "  ", self._styles_now().bar)
        return Strip([gutter, *strip]).apply_style(base).crop_extend(0, width, base)

    def _news_line(self, width: int) -> Strip:
        inks = self._styles_now()
        text = f" ↓ {self.news} new "
        line = Strip([Segment(text, inks.news)])
        left = Strip.blank(max(width - line.cell_length - 1, 0), self.rich_style)
        return Strip.join([left, line]).crop_extend(0, width, self.rich_style)
