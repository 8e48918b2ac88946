"""Jump mode: a letter appears on every part that can be gone to, and pressing it goes there."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Size
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static, Tab, Tabs

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""The ones under the fingers first."""

Targets = Sequence[tuple[str, Offset, Widget]]
"""Letter, place on the screen, and what is gone to."""


def targets_on(screen: Screen[Any]) -> Targets:
    """What can be gone to on a screen, from the top left on; the first ones have a letter each."""
    places: dict[Offset, Widget] = {}
    for widget in _candidates(screen):
        if widget.region.area and screen.region.contains_point(widget.region.offset):
            places.setdefault(widget.region.offset, widget)
    ordered = sorted(places.items(), key=lambda found: (found[0].y, found[0].x))
    return [(letter, *found) for letter, found in zip(LETTERS, ordered, strict=False)]


def _candidates(screen: Screen[Any]) -> Iterator[Widget]:
    for widget in screen.focus_chain:
        if isinstance(widget, Tabs):
            yield from (tab for tab in widget.query(Tab) if tab.display and not tab.disabled)
        else:
            yield widget


def go_to(target: Widget) -> None:
    """Give the focus to what was chosen; a tab is opened."""
    if isinstance(target, Tab):
        tabs = next(node for node in target.ancestors if isinstance(node, Tabs))
        tabs.active = target.id or ""
        tabs.focus()
    else:
        target.focus()


class JumpScreen(ModalScreen[Widget | None]):
    """Shows the letters; its result is what was chosen, None where it was nothing."""

    BINDING_GROUP_TITLE = "Jump"
    DEFAULT_CSS = """
    JumpScreen { background: $background 40%; }
    JumpScreen .jump-letter {
        position: absolute; width: 3; height: 1; content-align: center middle;
        background: $accent; color: $background; text-style: bold;
    }
    JumpScreen #jump-how {
        dock: bottom; height: 1; width: 100%; background: $panel; color: $foreground;
        text-align: center;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+o", "nowhere", "Stay", tooltip="Stay where you are")
    ]

    def __init__(self, targets: Targets) -> None:
        super().__init__()
        self._targets = {letter: target for letter, _, target in targets}
        self._places = {letter: place for letter, place, _ in targets}
        self._laid_out_for: Size | None = None

    def compose(self) -> ComposeResult:
        for letter, place in self._places.items():
            label = Static(letter, classes="jump-letter", markup=False)
            label.styles.offset = (place.x, place.y)
            yield label
        yield Static("Press a letter to go there, esc to stay", id="jump-how", markup=False)

    def on_key(self, event: events.Key) -> None:
        target = self._targets.get(event.key)
        if target is not None:
            event.stop()
            self.dismiss(target)

    def on_resize(self, event: events.Resize) -> None:
        """Go away: the letters would stand in the wrong places."""
        if self._laid_out_for not in (None, event.size):
            self.dismiss(None)
        self._laid_out_for = event.size

    def on_click(self) -> None:
        self.dismiss(None)

    def action_nowhere(self) -> None:
        self.dismiss(None)
