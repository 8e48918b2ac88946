"""Jump mode: a letter appears on every part that can be gone to, and pressing it goes there."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Size
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from tui.panes.pane import TabStrip

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""The ones under the fingers first."""

Targets = Sequence[tuple[str, Offset, Callable[[], object]]]
"""Letter, place on the screen, and what goes there."""


def targets_on(screen: Screen[Any]) -> Targets:
    """What can be gone to on a screen, from the top left on; the first ones have a letter each."""
    places: dict[Offset, Callable[[], object]] = {}
    for place, go in _candidates(screen):
        if screen.region.contains_point(place):
            places.setdefault(place, go)
    ordered = sorted(places.items(), key=lambda target: (target[0].y, target[0].x))
    return [(letter, *target) for letter, target in zip(LETTERS, ordered, strict=False)]


def _candidates(screen: Screen[Any]) -> Iterator[tuple[Offset, Callable[[], object]]]:
    """The parts that take keys, and the tabs that can be seen."""
    for widget in screen.focus_chain:
        if widget.region.area:
            yield widget.region.offset, partial(screen.set_focus, widget)
    for strip in screen.query(TabStrip):
        if strip.region.area:
            for tab, column in strip.places():
                yield strip.region.offset + Offset(column, 0), partial(strip.open, tab)


class JumpScreen(ModalScreen[Callable[[], object] | None]):
    """Shows the letters; its result goes where the person wants, None stays."""

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
        Binding("escape,ctrl+o", "dismiss", "Stay", tooltip="Stay where you are")
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
