"""A list of any length with a cursor, which shows and makes only the lines in view."""

import textwrap
from dataclasses import dataclass
from typing import ClassVar, Self

from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from tui.panes.pane import Pane
from tui.text.line import NO_LINES, Line, Lines, safe_line, strip_of, with_selection
from warehouse.terminal_text import safe_text


class StillScroll(ScrollView):
    """A ScrollView in which more content is a matter of its scrollbars alone.

    Textual lays out and draws the whole screen for it: 30 ms, as often as a run says something.
    """

    virtual_size = var(Size(0, 0))

    def watch_virtual_size(self, size: Size) -> None:
        self._scroll_update(size)


MOST_COPIED = 20_000
"""Lines that are copied at once."""
STEP_SIDEWAYS = 8
"""Cells."""


@dataclass
class OfLine(Message):
    """Something was done with a line of a list, by its number."""

    view: "LinesView"
    number: int

    @property
    def control(self) -> "LinesView":
        return self.view


class LinesView(StillScroll, can_focus=True, inherit_bindings=False):
    """Shows lines that are made when they come into view, so a million cost what a screen does.

    Where `follows`, a cursor on the last line stays on the last line as lines are added, and the
    view with it; a cursor that was moved up stays where it is.
    """

    ALLOW_SELECT = True
    DEFAULT_CSS = """
    LinesView { height: 1fr; scrollbar-size: 0 1; background: transparent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Down", show=False),
        Binding("k,up", "move(-1)", "Up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False),
        Binding("g,home", "first", "First line", show=False),
        Binding("G,end", "last", "Last line", show=False, tooltip="Go to the end, and follow it"),
        Binding("greater_than_sign,shift+right", "sideways(1)", "Right", show=False),
        Binding("less_than_sign,shift+left", "sideways(-1)", "Left", show=False),
        Binding("enter", "choose", "Open"),
    ]

    class Chosen(OfLine):
        """Enter was pressed on a line, or it was clicked twice."""

    class Moved(OfLine):
        """The cursor came to another line by the user's hand."""

    def __init__(
        self,
        *,
        follows: bool = False,
        one_click: bool = False,
        has_cursor: bool = True,
        id: str | None = None,  # noqa: A002  Textual's word
    ) -> None:
        """`one_click`: a line is chosen by the first click, not by the second."""
        super().__init__(id=id)
        self._has_cursor = has_cursor
        self.cursor = 0
        self.lines: Lines = NO_LINES
        self._follows = follows
        self._one_click = one_click
        self._placeholder = ""
        self._shown = 0
        self._strips: LRUCache[tuple[int, int, int, bool], Strip] = LRUCache(1_024)

    # What is shown.

    def show_lines(self, lines: Lines, *, cursor: int | None = None) -> Self:
        """Show other lines, from the top (or the end, where it follows) or with a cursor."""
        self.lines = lines
        at_end = cursor is None and self._follows
        self.cursor = 0 if at_end else self._within(cursor or 0)
        self._shown = 0 if at_end else len(lines)
        self.update()
        if not at_end:
            self.scroll_to(0, 0, animate=False)
            self.call_after_refresh(self.move_to, self.cursor, near_top=True)
        return self

    def say(self, placeholder: str) -> Self:
        """What stands there while there are no lines."""
        if placeholder != self._placeholder:
            self._placeholder = placeholder
            self.update()
        return self

    def update(self) -> None:
        """Look at the lines again: there are more, fewer, or others."""
        count = len(self.lines)
        following = self._follows and self.cursor >= self._shown - 1
        self._shown = count
        self._strips.clear()
        self.virtual_size = Size(self._widest(), count)
        self.cursor = self._within(count - 1 if following else self.cursor)
        if following:
            self.call_after_refresh(self._scroll_to_cursor)
        self.refresh()

    def _widest(self) -> int:
        if not self.lines.width or not len(self.lines):
            return 0
        lead = sum(len(text) for text, _ in self.lines.line(0).lead)
        return lead + self.lines.width + 1

    # The cursor.

    def move_to(self, number: int, *, near_top: bool = False) -> None:
        """Put the cursor on a line, and bring it into view: at the edge, or near the top."""
        number = self._within(number)
        if number != self.cursor:
            self.cursor = number
            self.refresh()
        self._scroll_to_cursor(near_top=near_top)

    def _scroll_to_cursor(self, *, near_top: bool = False) -> None:
        top, height = self.scroll_offset.y, self._height
        if near_top:
            self.scroll_to(y=max(self.cursor - height // 4, 0), animate=False)
        elif top <= self.cursor < top + height:
            return
        elif self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        else:
            self.scroll_to(y=self.cursor - height + 1, animate=False)

    @property
    def _height(self) -> int:
        return max(self.scrollable_content_region.height, 1)

    def _within(self, number: int) -> int:
        return max(0, min(number, len(self.lines) - 1))

    def _move_by_hand(self, number: int) -> None:
        before = self.cursor
        self.move_to(number)
        if self.cursor != before:
            self.post_message(self.Moved(self, self.cursor))

    def _cursor_in_view(self) -> int:
        """The cursor, or the line nearest to it where the wheel has moved it out of the view."""
        top = self.scroll_offset.y
        return self._within(max(top, min(self.cursor, top + self._height - 1)))

    def action_move(self, distance: int) -> None:
        """Move the cursor by so many lines."""
        self._move_by_hand(self._cursor_in_view() + distance)

    def action_page(self, pages: float) -> None:
        """Move view and cursor by pages."""
        distance = int(pages * self._height) or 1
        self.scroll_to(y=self.scroll_offset.y + distance, animate=False)
        self._move_by_hand(self.cursor + distance)

    def action_first(self) -> None:
        self._move_by_hand(0)

    def action_last(self) -> None:
        self._move_by_hand(len(self.lines) - 1)

    def action_sideways(self, steps: int) -> None:
        """Move the view sideways."""
        self.scroll_to(x=max(self.scroll_offset.x + steps * STEP_SIDEWAYS, 0), animate=False)

    def action_choose(self) -> None:
        if len(self.lines):
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        number = self.scroll_offset.y + event.y
        if not 0 <= number < len(self.lines) or self.text_selection is not None:
            return
        self._move_by_hand(number)
        self.clicked(event)

    def clicked(self, event: events.Click) -> None:
        """Do what a click means, with the cursor on its line."""
        if self._one_click or event.chain == 2:
            self.action_choose()

    def allow_focus(self) -> bool:
        """A view on a tab that is not shown takes no keys."""
        for node in self.ancestors_with_self:
            if isinstance(node, Pane):
                break
            if isinstance(node, Widget) and not node.display:
                return False
        return self.can_focus

    # Drawing.

    def render_line(self, y: int) -> Strip:
        left, top = self.scroll_offset
        width = self.scrollable_content_region.width
        number = top + y
        if not len(self.lines):
            return self._placeholder_strip(y, width)
        if number >= len(self.lines):
            return Strip.blank(width, self.visual_style.rich_style)
        key = number, left, width, number == self.cursor and self._has_cursor
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = self._strip(*key)
        return strip

    def _strip(self, number: int, left: int, width: int, is_cursor: bool) -> Strip:
        line = safe_line(self.lines.line(number))
        span = self.text_selection.get_span(number) if self.text_selection else None
        if span is not None:
            line = with_selection(line, *span, "on $screen-selection-background")
        ground = self.visual_style + self._style(line.ground)
        if is_cursor:
            focused = "$block-cursor-background" if self.has_focus else "$foreground"
            ground += self._style(f"on {focused} {'30%' if self.has_focus else '8%'}")
        return strip_of(line, ground, self._style, width=width, left=left, row=number)

    def _placeholder_strip(self, y: int, width: int) -> Strip:
        words = textwrap.wrap(safe_text(self._placeholder), max(width - 2, 8))
        text = f" {words[y]}" if y < len(words) else ""
        line = Line(((text, "$foreground 60%"),))
        return strip_of(line, self.visual_style, self._style, width=width, left=0, row=y)

    def _style(self, text: str) -> Style:
        return self.app.stylesheet.parse_style(text)

    def notify_style_update(self) -> None:
        """The theme, the focus or the like changed."""
        super().notify_style_update()
        self._strips.clear()

    # Selecting with the mouse.

    def selection_updated(self, selection: Selection | None) -> None:
        self._strips.clear()
        self.refresh()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        first = selection.start.y if selection.start else 0
        last = selection.end.y if selection.end else len(self.lines) - 1
        numbers = range(first, min(last + 1, first + MOST_COPIED + 1, len(self.lines)))
        return "\n".join(self._selected(number, selection) for number in numbers), "\n"

    def _selected(self, number: int, selection: Selection) -> str:
        text = safe_line(self.lines.line(number)).text
        start, end = selection.get_span(number) or (0, 0)
        return text[start:] if end < 0 else text[start:end]
