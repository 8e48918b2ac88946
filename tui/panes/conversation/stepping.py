"""Going from message to message in a view of blocks, and from page to page."""

from tui.panes.conversation.block_view import BlockView

_OVERLAP = 2
"""Lines that stay in sight when a page is turned."""


def to_next(view: BlockView) -> None:
    """The next message, or more of this one where it goes on below."""
    top, below = view.extent(view.current)
    height = view.size.height
    if _is_lost(view):
        view.show_block(view.message_in(view.in_sight()))
    elif top < height < below:
        view.move(min(height - _OVERLAP, below - height))
    else:
        view.show_block(view.message_in(range(view.current + 1, view.count)))


def to_previous(view: BlockView) -> None:
    """The message above, or more of this one where it begins above."""
    top, below = view.extent(view.current)
    if _is_lost(view):
        view.show_block(view.message_in(view.in_sight()[::-1]), from_below=True)
    elif top < 0 < below:
        view.move(max(_OVERLAP - view.size.height, top))
    else:
        view.show_block(view.message_in(range(view.current - 1, -1, -1)), from_below=True)


def to_first(view: BlockView) -> None:
    """The first message, and what is above it."""
    view.show_block(view.message_in(range(view.count)))
    view.move(-view.virtual_size.height)


def turn_pages(view: BlockView, pages: float) -> None:
    """Scroll by so many pages; the current message is then one that can be seen."""
    view.move(round(pages * max(view.size.height - _OVERLAP, 1)))
    in_sight = view.in_sight()
    if view.current not in in_sight:
        message = view.message_in(in_sight if pages > 0 else in_sight[::-1])
        view.current = message if message >= 0 else view.current


def _is_lost(view: BlockView) -> bool:
    """Whether the current message was scrolled away, and another can be seen."""
    in_sight = view.in_sight()
    return view.current not in in_sight and view.message_in(in_sight) >= 0
