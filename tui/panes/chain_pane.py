"""The chain and the roles: where the company is, and who works there."""

from textual.app import ComposeResult

from tui.panes.chain_steps import ChainTreeView
from tui.panes.lines_view import LinesView
from tui.panes.pane import Pane
from tui.panes.staff_view import StaffView
from tui.run_state.run_state import RunState
from tui.text.plain import PlainStatic

ROOM_FOR_STAFF, ROOM_FOR_DETAIL = 12, 24
"""Rows from which the roles are shown, and what there is to say of the step under the cursor."""


class AboutStep(PlainStatic):
    """The path of the step under the cursor, and why it ended as it did."""

    DEFAULT_CSS = """
    AboutStep {
        height: 3; padding: 0 1; color: $text-muted; text-overflow: ellipsis;
    }
    """
    _about = ""

    def show(self, tree: ChainTreeView) -> None:
        """Say it, where it is not said already."""
        step = tree.step
        about = f"{step.where}\n{tree.chain.reason(step)}" if step else ""
        if about != self._about:
            self._about = about
            self.say(about)


class ChainPane(Pane):
    """The steps above, the roles below."""

    DEFAULT_CSS = """
    ChainPane ChainTreeView { padding: 0 0 0 1; }
    ChainPane StaffView { max-height: 40%; padding: 0 1; border-top: solid $foreground 15%; }
    """

    def compose(self) -> ComposeResult:
        yield ChainTreeView()
        yield AboutStep()
        yield StaffView()

    def show(self, state: RunState) -> None:
        """Bring the steps and the roles up to `state`."""
        tree = self.query_one(ChainTreeView)
        tree.show(state.chain, state.now.seconds - state.now.summary.seconds)
        self.query_one(AboutStep).show(tree)
        self.query_one(StaffView).show(state.staff)

    def on_lines_view_moved(self, message: LinesView.Moved) -> None:
        """The cursor is on another step."""
        message.stop()
        self.query_one(AboutStep).show(self.query_one(ChainTreeView))

    def on_resize(self) -> None:
        height = self.content_size.height
        self.query_one(StaffView).display = height >= ROOM_FOR_STAFF
        self.query_one(AboutStep).display = height >= ROOM_FOR_DETAIL
