"""A list that can grow without the whole screen being laid out again."""

from textual.geometry import Size
from textual.reactive import var
from textual.scroll_view import ScrollView


class StillScroll(ScrollView):
    """A ScrollView in which more content is a matter of its scrollbars alone.

    Textual lays out and draws the whole screen for it: 30 ms, as often as a run says something.
    """

    virtual_size = var(Size(0, 0))

    def watch_virtual_size(self, size: Size) -> None:
        self._scroll_update(size)
