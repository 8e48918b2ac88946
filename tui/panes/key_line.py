"""The keys that matter here, in one line: Textual's footer as a single widget.

Textual's own mounts a widget for each key, anew at every change of focus, and keeps the old ones
for as long as it lives itself: a megabyte for every ten changes.
"""

from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

LAST = ("help", "command_palette")
"""Actions that keep their place at the end of the line, however little room there is."""


@dataclass(frozen=True)
class Key:
    """One key: how it is shown, what it does, and to whom that is said."""

    shown: str
    description: str
    action: str
    node: DOMNode
    enabled: bool

    @property
    def width(self) -> int:
        """Cells, with a blank on either side and one between."""
        return cell_len(self.shown) + cell_len(self.description) + 3

    def content(self) -> Content:
        muted = "" if self.enabled else " $foreground 40%"
        return Content.assemble(
            (f" {self.shown}", f"$footer-key-foreground bold{muted}"),
            (f" {self.description} ", f"$footer-foreground{muted}"),
        )


class KeyLine(Widget):
    """Shows the keys that work where the focus is; a click does what its key does."""

    DEFAULT_CSS = """
    KeyLine { dock: bottom; height: 1; background: $footer-background; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[Key, ...] = ()

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._changed)
        self._changed(self.screen)

    def _changed(self, screen: Screen[object]) -> None:
        keys = tuple(self._keys_of(screen))
        if keys != self._keys:
            self._keys = keys
            self.refresh()

    def _keys_of(self, screen: Screen[object]) -> list[Key]:
        """One for each action that is to be shown, those that keep their place last."""
        keys: dict[str, Key] = {}
        for active in screen.active_bindings.values():
            binding = active.binding
            is_shown = (binding.show and not binding.system) or binding.action in LAST[1:]
            if is_shown and binding.action not in keys:
                shown = screen.app.get_key_display(binding)
                description = binding.description
                keys[binding.action] = Key(
                    shown, description, binding.action, active.node, active.enabled
                )
        return sorted(keys.values(), key=lambda key: _rank(key.action))

    def render(self) -> Content:
        return Content("").join(key.content() for key in self._that_fit())

    def _that_fit(self) -> list[Key]:
        """As many as there is room for: what stands before the last ones gives way."""
        keys = list(self._keys)
        while sum(key.width for key in keys) > self.size.width:
            movable = [n for n, key in enumerate(keys) if not _rank(key.action)]
            if not movable:
                break
            del keys[movable[-1]]
        return keys

    async def on_click(self, event: events.Click) -> None:
        end = 0
        for key in self._that_fit():
            end += key.width
            if event.x < end:
                if key.enabled:
                    await self.app.run_action(key.action, key.node)
                return


def _rank(action: str) -> int:
    """0 for actions that give way, and then the order of those that do not."""
    name = action.removeprefix("app.").removeprefix("screen.")
    return LAST.index(name) + 1 if name in LAST else 0
