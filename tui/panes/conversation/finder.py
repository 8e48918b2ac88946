"""A search as it goes on: which words, which occurrence, and the message unfolded to show it."""

from tui.panes.conversation.block_view import BlockView
from tui.panes.conversation.search import Search
from tui.panes.conversation.talk_blocks import TalkBlocks


class Finder:
    """Goes from one occurrence to the next in a view of a conversation."""

    def __init__(self, view: BlockView) -> None:
        self._view = view
        self._blocks: TalkBlocks | None = None
        self._search = Search("", ())
        self._searched = 0
        self._unfolded = -1
        """The item that was unfolded only to show what is in it."""
        self.number = -1
        """The occurrence that is shown, from 0; -1 for none."""

    @property
    def words(self) -> str:
        return self._search.words

    @property
    def count(self) -> int:
        return self._search.count

    def hold(self, blocks: TalkBlocks) -> None:
        """Search other blocks, for the same words."""
        self._blocks, self._unfolded, self._searched = blocks, -1, -1

    def look_for(self, words: str) -> None:
        """Look for other words, and show the first occurrence from the current item on."""
        self._look(words)
        self._view.highlights.look_for(self._search.pattern if self._search.words else None)
        self.number = self._search.first_from(self._view.current) if self.count else -1
        self._show()

    def step(self, step: int) -> None:
        """Go to the next occurrence, or with -1 to the previous one; round at the ends."""
        if self._blocks is not None and self._searched != len(self._blocks):
            self._look(self.words)
        if self.count:
            self.number = (self.number + step) % self.count
            self._show()

    def end(self) -> None:
        """Look for nothing; what is shown stays as it is."""
        self._unfolded = -1
        self._look("")
        self.number = -1
        self._view.highlights.look_for(None)
        self._view.refresh()

    def _look(self, words: str) -> None:
        blocks = self._blocks
        self._searched = len(blocks) if blocks is not None else 0
        texts = (blocks.text(index) for index in range(self._searched)) if blocks else ()
        self._search = Search(words, texts)

    def _show(self) -> None:
        view, blocks = self._view, self._blocks
        view.highlights.now = None
        if blocks is None or self.number < 0:
            view.refresh()
            return
        index, within = self._search.at(self.number)
        self._unfold(index, blocks)
        block = view.block(index)
        places = view.highlights.places(index, block)
        row = block.lead
        if places:
            place = places[min(within, len(places) - 1)]
            view.highlights.now = (index, place)
            row = place[0][0]
        view.go_to(index, row)

    def _unfold(self, index: int, blocks: TalkBlocks) -> None:
        if index == self._unfolded:
            return
        if self._unfolded >= 0:
            blocks.fold(self._unfolded, unfolded=False)
            self._view.change([self._unfolded])
            self._unfolded = -1
        if self._view.block(index).foldable and not blocks.is_unfolded(index):
            blocks.fold(index, unfolded=True)
            self._view.change([index])
            self._unfolded = index
