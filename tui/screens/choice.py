"""A short list to choose from."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import OptionList

from tui.text.plain import plain


class Choice(OptionList):
    """Lines from anywhere, with the keys that every list of the window has."""

    DEFAULT_CSS = """
    Choice {
        height: auto; max-height: 6; border: none; padding: 0; margin-top: 1; background: $panel;
        scrollbar-size: 1 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    Choice:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "first", "First", show=False),
        Binding("G", "last", "Last", show=False),
    ]

    def __init__(self, lines: Iterable[str], id: str) -> None:  # noqa: A002 — as every widget
        super().__init__(*(plain(line, one_line=True) for line in lines), id=id, markup=False)
