"""What keys do with a view of blocks: going from message to message and from page to page, copying."""

from tui.panes.conversation.block_view import BlockView
from warehouse.history.format.figures import counted
from warehouse.terminal_text import safe_text

_OVERLAP = 2
"""Lines that stay in sight when a page is turned."""


class Walker:
    """Part of the window that holds a view; which keys walk in it is said there."""

    _view: BlockView

    def action_next(self) -> None:
        """The next message, or more of this one where it goes on below."""
        view = self._view
        top, below = view.extent(view.current)
        height = view.size.height
        if self._is_lost():
            view.show_block(view.message_in(view.in_sight()))
        elif top < height < below:
            view.move(min(height - _OVERLAP, below - height))
        else:
            view.show_block(view.message_in(range(view.current + 1, view.count)))

    def action_previous(self) -> None:
        """The message above, or more of this one where it begins above."""
        view = self._view
        top, below = view.extent(view.current)
        if self._is_lost():
            view.show_block(view.message_in(view.in_sight()[::-1]), from_below=True)
        elif top < 0 < below:
            view.move(max(_OVERLAP - view.size.height, top))
        else:
            view.show_block(view.message_in(range(view.current - 1, -1, -1)), from_below=True)

    def action_first(self) -> None:
        """The first message, and what is above it."""
        view = self._view
        view.show_block(view.message_in(range(view.count)))
        view.move(-view.virtual_size.height)

    def action_page(self, pages: float) -> None:
        """Scroll by so many pages; the current message is then one that can be seen."""
        view = self._view
        view.move(round(pages * max(view.size.height - _OVERLAP, 1)))
        in_sight = view.in_sight()
        if view.current not in in_sight:
            message = view.message_in(in_sight if pages > 0 else in_sight[::-1])
            view.current = message if message >= 0 else view.current

    def copy(self, text: str) -> None:
        """Copy a text, without what a terminal it is pasted into would obey."""
        safe = safe_text(text)
        self._view.app.copy_to_clipboard(safe)
        self._view.app.notify(f"Copied {counted(len(safe), 'character')}.", markup=False)

    def _is_lost(self) -> bool:
        """Whether the current message was scrolled away, and another can be seen."""
        in_sight = self._view.in_sight()
        return self._view.current not in in_sight and self._view.message_in(in_sight) >= 0
