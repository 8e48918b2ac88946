"""A long list of blocks of text on the screen: scrolling, the current one, and its end followed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip

from tui.panes.conversation import inks as ink
from tui.panes.conversation.block import RowBlock, Target
from tui.panes.conversation.drawing import (
    GUTTER,
    news_row,
    nothing_row,
    row_of,
    selected,
    selected_text,
)
from tui.panes.conversation.inks import Inks, inks_of
from tui.panes.conversation.layout import Blocks, Layout
from tui.panes.conversation.search import Highlights
from tui.panes.lines_view import StillScroll

WIDEST = 108
"""Columns of text at most: longer lines are hard to read."""
_LEAST_WIDTH = 4


class BlockView(StillScroll, can_focus=True, inherit_bindings=False):
    """Shows blocks, one of them current. At the end it stays at the end while they grow."""

    ALLOW_SELECT = True
    COMPONENT_CLASSES: ClassVar[set[str]] = ink.CLASSES
    DEFAULT_CSS = f"""
    BlockView {{
        height: 1fr; overflow-x: hidden; overflow-y: scroll;
        scrollbar-size-vertical: 1;
        scrollbar-color: $foreground 20%; scrollbar-background: $background;
        scrollbar-color-hover: $foreground 40%; scrollbar-background-hover: $background;
        {ink.CSS}
    }}
    """

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
        self._blocks: Blocks | None = None
        self._layout: Layout | None = None
        """None until there are blocks, and room to show them."""
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
        if self._layout is None or self._blocks is None:
            return
        start = len(self._layout)
        new = [i for i in range(start, len(self._blocks)) if self._blocks.is_message(i)]
        if self.following and new and self.message_in(range(self.current + 1, start)) < 0:
            self.current = new[-1]
        if not self.following:
            self.news += len(new)
        self._layout.grow()
        self._arrange()

    def change(self, indices: Iterable[int]) -> None:
        """Lay out items again, which became others."""
        if self._layout is None:
            return
        changed = list(indices)
        self._layout.forget(changed)
        for index in changed:
            self.highlights.forget(index)
        self._arrange()

    def change_head(self, index: int) -> None:
        """Draw the first row of an item again: all that changed of it."""
        if self._layout is not None and index in self.in_sight():
            self._layout.forget([index])
            lead = self._layout.block(index).lead
            self.refresh_line(self._layout.top(index) + lead)

    def change_all(self) -> None:
        """Lay out everything again, with the same item at the top."""
        self._begin_anew(self._top())

    def _begin_anew(self, top: tuple[int, int] | None = None) -> None:
        self.highlights.clear()
        if self.current < 0:
            self.current = self._last_message()
        self._layout = None
        if self._blocks is not None and self._width:
            self._layout = Layout(self._blocks, self._width, self.size.height, self._inks_now())
        self._arrange((top[0], 0) if top else None)

    # Where it stands

    @property
    def count(self) -> int:
        """How many items there are."""
        return len(self._blocks) if self._blocks is not None else 0

    def message_in(self, order: range) -> int:
        """The first message among items; -1 if there is none."""
        return -1 if self._blocks is None else next(filter(self._blocks.is_message, order), -1)

    def _last_message(self) -> int:
        return self.message_in(range(self.count - 1, -1, -1))

    def go_to(self, index: int, row: int = 0) -> None:
        """Make an item the current one, and bring its row into sight if it is not."""
        if self._layout is None or not 0 <= index < len(self._layout):
            return
        self.current = index
        self._layout.block(index)
        line, height = self._layout.top(index) + row, self.size.height
        if not self.scroll_y <= line < self.scroll_y + height - min(2, height // 3):
            self._stand(line - (height // 4 if row else 0))
        self.refresh()

    def show_top(self, index: int) -> None:
        """Make an item the current one, at the top of the screen if that can be."""
        if self._layout is not None and 0 <= index < len(self._layout):
            self.current = index
            self._stand(self._layout.top(index))

    def show_block(self, index: int, from_below: bool = False) -> None:
        """Make an item the current one, and bring as much of it into sight as there is room for.

        Of one that is too tall, that is its beginning, or its end for who comes `from_below`.
        """
        if self._layout is None or not 0 <= index < len(self._layout):
            return
        self.current = index
        rows, height = len(self._layout.block(index).rows), self.size.height
        top, below = self.extent(index)
        if rows < height and top >= 0 and below <= height:
            self.refresh()
        elif (top < 0 and rows < height) or (rows >= height and not from_below):
            self._stand(self._layout.top(index))
        else:
            self._stand(self._layout.top(index) + rows - height)

    def go_to_end(self) -> None:
        """Show the end, and stay there."""
        self.following, self.news = True, 0
        self.current = self._last_message()
        self._arrange()

    def move(self, lines: int) -> None:
        """Scroll by some lines; up is negative."""
        self._stand(round(self.scroll_y) + lines)

    def extent(self, index: int) -> tuple[int, int]:
        """The first line of an item and the one below its last, counted from the top of the screen."""
        if self._layout is None or index < 0:
            return 0, 0
        rows = len(self._layout.block(index).rows)
        top = self._layout.top(index) - round(self.scroll_y)
        return top, top + rows

    def block(self, index: int) -> RowBlock:
        """An item, laid out."""
        return self._layout.block(index) if self._layout else RowBlock(())

    def in_sight(self) -> range:
        """The items of which something can be seen."""
        top = self._top()
        if self._layout is None or top is None:
            return range(0)
        last, _ = self._layout.at(round(self.scroll_y) + self.size.height - 1)
        return range(top[0], last + 1)

    def _top(self) -> tuple[int, int] | None:
        """The item at the top of the screen and its row there."""
        return self._layout.at(round(self.scroll_y)) if self._layout else None

    def _stand(self, line: int) -> None:
        """Bring a line to the top of the screen."""
        if self._layout is None:
            return
        self.following = False
        self._arrange(self._layout.at(line))
        self.following = self.scroll_y >= self.max_scroll_y
        if self.following:
            self.news = 0

    def _arrange(self, top: tuple[int, int] | None = None) -> None:
        """Lay out what is seen, with `top`, or what was there, at the top of the screen."""
        if self._arranging or not self.size.height:
            return
        if self._layout is not None:
            self._layout.page = self.size.height
        self._arranging = True
        try:
            line = self._line(top or self._top())
            total = self._layout.total if self._layout else 0
            self.virtual_size = Size(self._width, total)
            self.scroll_target_y = self.scroll_y = line
        finally:
            self._arranging = False
        self.refresh()

    def _line(self, top: tuple[int, int] | None) -> int:
        if self._layout is None or top is None or not len(self._layout):
            return 0
        return self._layout.line_of_end() if self.following else self._layout.line_of(*top)

    def _inks_now(self) -> Inks:
        if self._inks is None:
            self._inks = inks_of(self)
        return self._inks

    # What Textual asks and tells

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._take_theme)

    def on_unmount(self) -> None:
        """The signal would keep the view, and with it the whole run, for as long as the window."""
        self.app.theme_changed_signal.unsubscribe(self)

    def _take_theme(self, _: object) -> None:
        self._inks = None
        self.change_all()

    def on_show(self) -> None:
        """While a view is hidden it has no size, and is not told when it has one again."""
        self._arrange()

    def on_resize(self, event: events.Resize) -> None:
        if not event.size.width:
            return
        room = self.scrollable_content_region.width - GUTTER - 1
        width = max(min(room, WIDEST), _LEAST_WIDTH)
        if width == self._width and self._layout is not None:
            self._arrange()
        else:
            top, self._width = self._top(), width
            self._begin_anew(top)

    def scroll_to(self, x: float | None = None, y: float | None = None, **options: Any) -> None:
        """At once: a glide would aim at a line that moves while rows are laid out."""
        super().scroll_to(x, y, **{**options, "animate": False})

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if not self._arranging and round(old_value) != round(new_value):
            self._stand(round(new_value))

    def on_click(self, event: events.Click) -> None:
        if self.news and event.y == self.size.height - 1:
            self.go_to_end()
            return
        line = round(self.scroll_y) + event.y
        clicked = self._layout.row(line) if self._layout else None
        if clicked is None or self._blocks is None or self.text_selection is not None:
            return
        index, row = clicked
        if self._blocks.is_message(index):
            self.current = index
            self.refresh()
        if row.opens is not None:
            self.post_message(self.Opened(index, row.opens))

    def render_line(self, y: int) -> Strip:
        strip, width = self._drawn(y), self.size.width
        strip = strip.apply_style(self.rich_style).crop_extend(0, width, self.rich_style)
        return strip.apply_offsets(0, round(self.scroll_y) + y)

    def _drawn(self, y: int) -> Strip:
        inks, (width, height) = self._inks_now(), self.size
        if self.news and y == height - 1:
            return news_row(self.news, width, inks)
        if self._layout is None or not self._layout.total:
            return nothing_row(self._nothing if y == height // 2 else "", width, inks)
        line = round(self.scroll_y) + y
        if line >= self._layout.total:
            return Strip([])
        strip = row_of(line, self._layout, self.current, self.highlights, inks)
        span = self.text_selection.get_span(line) if self.text_selection else None
        style = self.screen.get_component_rich_style("screen--selection")
        return strip if span is None else selected(strip, span, style)

    # Selecting with the mouse

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return (selected_text(self._layout, selection), "\n") if self._layout else None
