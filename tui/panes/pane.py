"""A pane: a part of the window that shows one side of a run."""

from textual.containers import Vertical
from textual.widget import Widget

from tui.run_state.run_state import RunState


class Pane(Vertical):
    """Shows what it is given, and looks only at what has changed since.

    `show` is called at most ten times a second, and only while the pane can be seen. It is given
    another state where the window went back in the run; then it begins anew.
    """

    def show(self, state: RunState) -> None:
        """Bring what is on the screen up to `state`."""
        raise NotImplementedError

    def focus_current(self) -> None:
        """Give the keys to the part of the pane that is used."""
        first = next((each for each in self.screen.focus_chain if self in each.ancestors), None)
        self.take_keys(first)

    def take_keys(self, widget: Widget | None) -> None:
        """Focus at once: Textual's own way waits a moment, and a key typed meanwhile goes astray."""
        if widget is not None:
            self.screen.set_focus(widget)
