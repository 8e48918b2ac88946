"""How a message was asked for: the settings of its request, and its prompt as blocks of rows."""

from collections.abc import Sequence
from itertools import islice

from tui.panes.conversation.block import EMPTY, RowBlock, apart, one_line, row
from tui.panes.conversation.body import FOLDED, folded, row_limit
from tui.panes.conversation.inks import Inks
from tui.panes.conversation.prose import plain_rows
from tui.panes.conversation.wrapping import rough_row_count, row_count
from warehouse.events import CompletionStarted
from warehouse.history.entries import Said
from warehouse.history.format.figures import counted
from warehouse.journal.journal import Event
from warehouse.terminal_text import safe_text

SETTINGS = ("temperature", "seed", "max_tokens")


class PromptBlocks:
    """Lays out what a model was told, part by part, and at the end what it said."""

    def __init__(self, reply: Said) -> None:
        prompt = [(message["role"], message["content"]) for message in reply.prompt]
        self._parts = [*prompt, ("reply", reply.text)]
        self._unfolded = {len(prompt)}

    def __len__(self) -> int:
        return len(self._parts)

    def text(self, index: int) -> str:
        """A part as it was sent."""
        return self._parts[index][1]

    def is_message(self, index: int) -> bool:
        return True

    def fold(self, index: int) -> None:
        """Show a part whole, or its beginning."""
        self._unfolded ^= {index}

    def fold_all(self) -> None:
        """Show all parts whole, or the beginnings of all."""
        everything = set(range(len(self._parts)))
        self._unfolded = set() if self._unfolded == everything else everything

    def estimate(self, index: int, width: int) -> int:
        rows = rough_row_count(self.text(index), width)
        return 2 + (rows if index in self._unfolded else min(rows, FOLDED + 1))

    def lay_out(self, index: int, width: int, inks: Inks) -> RowBlock:
        name, text = self._parts[index]
        whole = index in self._unfolded
        some = list(islice(plain_rows(safe_text(text), width, inks.text), row_limit(whole)))
        rows, foldable = folded(some, row_count(text, width), whole, inks)
        style = inks.role(0) if name == "reply" else inks.strong
        size = row((counted(len(text), "character"), inks.dim))
        head = apart(row((one_line(name).capitalize() or "Message", style)), size, width)
        lead = 1 if index else 0
        return RowBlock((*(EMPTY for _ in range(lead)), head, *rows), lead, foldable)


def settings_of(events: Sequence[Event], reply: Said) -> dict[str, str]:
    """The recorded settings of a call, such as its temperature and seed, by their names."""
    for event in reversed(events):
        if event.seq < reply.seq and event.where == reply.where:
            match event.data:
                case CompletionStarted(request=request):
                    settings = {name: getattr(request, name) for name in SETTINGS}
                    return {
                        name: str(value) for name, value in settings.items() if value is not None
                    }
    return {}
