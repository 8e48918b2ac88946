"""The steps of the chain as a tree to walk through, of which only the visible lines are made."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.panes.lines_view import LinesView
from tui.panes.messages import OpenStep
from tui.run_state.chain_tree import ChainTree, Condition, Step
from tui.text.line import Line, Piece
from warehouse.history.format.figures import counted, duration

LOOKS: dict[Condition, Piece] = {
    "waiting": ("○", "$foreground 60%"),
    "working": ("◐", "$text-primary bold"),
    "paused": ("‖", "$text-warning"),
    "stopped": ("■", "$text-warning"),
    "done": ("✓", "$text-success"),
    "unmet": ("!", "$text-warning"),
    "skipped": ("–", "$foreground 60%"),
    "failed": ("✗", "$text-error"),
}
"""The mark for how it stands with a step, and its colour; the mark alone says it too."""
TURNS = "◐◓◑◒"
"""The mark of what is worked on, as it turns."""
DEEPEST = 6
"""Steps further inside are not moved further to the right."""
ROUNDS = {"loop": "round", "direct": "turn"}
"""What the steps inside are counted in, of the kinds that have a most of them."""
TICK = 0.5
"""Real seconds between two looks at times that go on."""


@dataclass
class ChainRows:
    """The visible steps of a tree, from top to bottom, as lines of a LinesView."""

    tree: ChainTree
    folds: Mapping[str, bool] = field(default_factory=dict)
    """What a person has folded (True) or unfolded, by path; else what has ended is folded."""
    since_last_event: float = 0.0
    """Seconds by which the time of open steps has gone on."""
    working: str = TURNS[0]
    """The mark of what is worked on."""
    steps: list[Step] = field(init=False, default_factory=list)
    width: int = 0

    def __post_init__(self) -> None:
        waiting = list(reversed(self.tree.top))
        while waiting:
            step = waiting.pop()
            self.steps.append(step)
            if step.inner and not self.is_folded(step):
                waiting.extend(reversed(step.inner.values()))

    def __len__(self) -> int:
        return len(self.steps) + (self.tree.left_out > 0)

    def line(self, number: int) -> Line:
        """One step: its mark, its title, how often, how long."""
        if number >= len(self.steps):
            more = f"and {counted(self.tree.left_out, 'more step')}"
            return Line(((more, "$foreground 60% italic"),))
        step = self.steps[number]
        condition = self.tree.condition(step)
        mark, style = LOOKS[condition]
        if condition == "working":
            mark = self.working
        indent = "  " * min(step.depth, DEEPEST)
        title_style = "$foreground 60%" if condition in ("waiting", "skipped") else "$foreground"
        if step is self.tree.current and step.is_open:
            title_style = "$foreground bold"
        return Line(
            pieces=((step.title, title_style), *self._more(step)),
            lead=((f"{indent}{mark} ", style),),
            tail=self._time(step),
        )

    def row_of(self, step: Step | None) -> int | None:
        """The row of a step, or of the one it is folded into."""
        while step is not None:
            # Asked with every event of a long chain: a search costs a fraction of an index.
            with suppress(ValueError):
                return self.steps.index(step)
            step = step.parent
        return None

    def is_folded(self, step: Step) -> bool:
        return self.folds.get(step.where, bool(step.outcome))

    def _more(self, step: Step) -> tuple[Piece, ...]:
        """How many rounds or turns, and whether there is more inside."""
        words, unit = "", ROUNDS.get(step.kind)
        if unit and step.is_open and step.round:
            words = f" {step.round} of {step.most_rounds}"
        elif unit and step.outcome:
            words = f" {counted(step.round, unit)}" if step.round else f" no {unit}"
        fold = (" ▸" if self.is_folded(step) else " ▾") if step.inner else ""
        return tuple((text, "$foreground 60%") for text in (words, fold) if text)

    def _time(self, step: Step) -> tuple[Piece, ...]:
        if step.began is None or step.outcome == "skipped":
            return ()
        seconds = self.tree.seconds(step, self.since_last_event)
        return ((duration(seconds), "$foreground 60%"),)


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
        self._rows = ChainRows(ChainTree())
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
        self.lines = self._rows = ChainRows(tree, self._folds, since_last_event, working)
        self.update()
        step_to_show = tree.current if self._follows_work else step and tree.find(step.where)
        self.cursor = self._within(self._rows.row_of(step_to_show or None) or 0)
        self.call_after_refresh(self._scroll_to_cursor)

    def on_resize(self) -> None:
        self._scroll_to_cursor()

    def _tick(self, since_last_event: float) -> None:
        """Let the times go on, and turn the mark of what is worked on: twice a second at most."""
        now = self._clock()
        if now - self._ticked < TICK:
            return
        self._ticked = now
        self._rows.since_last_event = since_last_event
        if self.app.animation_level != "none":
            turn = TURNS.index(self._rows.working) + 1
            self._rows.working = TURNS[turn % len(TURNS)]
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
