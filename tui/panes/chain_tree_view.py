"""The chain as a tree that can be walked through, of which only the visible lines are made."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.panes.chain_marks import TURNS
from tui.panes.chain_rows import ChainRows
from tui.panes.lines_view import LinesView
from tui.panes.messages import OpenStep
from tui.run_state.chain_tree import ChainTree, Step

TICK = 0.5
"""Real seconds between two looks at times that go on."""


class ChainTreeView(LinesView):
    """Shows the steps. The cursor follows the one that is worked on until it is moved elsewhere.

    `clock` counts real seconds.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l,right", "unfold", "Unfold", show=False, tooltip="Show what is inside a step"),
        Binding("h,left", "fold", "Fold", show=False, tooltip="Hide what is inside a step"),
    ]

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._rows = ChainRows(ChainTree(), ())
        self._version = -1
        self._folds: dict[str, bool] = {}
        self._follows_work = True
        self._ticked = 0.0
        self.say("The chain is shown here as soon as the run begins.")

    @property
    def step(self) -> Step | None:
        """The step the cursor is on."""
        steps = self._rows.steps
        return steps[self.cursor] if self.cursor < len(steps) else None

    @property
    def chain(self) -> ChainTree:
        """The steps that are shown."""
        return self._rows.tree

    def show(self, tree: ChainTree, since_last_event: float) -> None:
        """Show the steps; `since_last_event` are the seconds for which the open ones have gone on."""
        if tree is not self.chain or tree.version != self._version:
            self._rebuild(tree, since_last_event)
        elif tree.moves and since_last_event != self._rows.since_last_event:
            self._tick(since_last_event)

    def _rebuild(self, tree: ChainTree, since_last_event: float) -> None:
        """Make the rows anew, and keep the cursor on its step."""
        step, working = self.step, self._rows.working
        self._version = tree.version
        self._rows = ChainRows.of(tree, self._folds, since_last_event, working)
        self._put()
        wanted = tree.current if self._follows_work else step and tree.find(step.where)
        self.cursor = self._within(self._rows.row_of(wanted or None) or 0)
        self.call_after_refresh(self._scroll_to_cursor)

    def on_resize(self) -> None:
        self._scroll_to_cursor()

    def _tick(self, since_last_event: float) -> None:
        """Let the times go on, and turn the mark of what is worked on: twice a second at most."""
        now = self._clock()
        if now - self._ticked < TICK:
            return
        self._ticked = now
        working = self._rows.working
        if self.app.animation_level != "none":
            working = TURNS[(TURNS.index(working) + 1) % len(TURNS)]
        self._rows = replace(self._rows, since_last_event=since_last_event, working=working)
        self._put()

    def _put(self) -> None:
        self.lines = self._rows
        self.update()

    def on_lines_view_moved(self) -> None:
        """Whoever moves the cursor away wants to stay there; back on the work, it follows again."""
        self._follows_work = self.cursor == self._rows.row_of(self.chain.current)

    def on_lines_view_chosen(self, message: LinesView.Chosen) -> None:
        message.stop()
        if self.step is not None:
            self.post_message(OpenStep(self.step.where))

    def action_unfold(self) -> None:
        """Show what is inside, or go to the first step inside."""
        step = self.step
        if step is None or not step.inner:
            return
        if self._rows.is_folded(step):
            self._fold(step, hidden=False)
        else:
            self.action_move(1)

    def action_fold(self) -> None:
        """Hide what is inside, or go to the step around."""
        step = self.step
        if step is None:
            return
        if step.inner and not self._rows.is_folded(step):
            self._fold(step, hidden=True)
            return
        row = self._rows.row_of(step.parent)
        if row is not None:
            self.action_move(row - self.cursor)

    def _fold(self, step: Step, *, hidden: bool) -> None:
        self._folds[step.where] = hidden
        self._rebuild(self.chain, self._rows.since_last_event)
        self.move_to(self._rows.row_of(step) or 0)
        self.on_lines_view_moved()
