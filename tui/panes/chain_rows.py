"""The rows of the chain that are shown: each step on a line, old rounds folded away."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from tui.panes.chain_marks import MARKS, STYLES
from tui.run_state.chain_tree import ChainTree, Step
from tui.text.line import Line, Piece
from warehouse.history.format.figures import counted, duration

DEEPEST = 6
"""Steps further inside are not moved further to the right."""
ROUNDS = {"loop": "round", "direct": "turn"}
"""What the steps inside are counted in, of the kinds that have a most of them."""


@dataclass(frozen=True)
class ChainRows:
    """The visible steps of a tree, from top to bottom, as lines of a LinesView."""

    tree: ChainTree
    steps: tuple[Step, ...]
    folds: Mapping[str, bool] = field(default_factory=dict)
    """What a person has folded (True) or unfolded, by path."""
    since_last_event: float = 0.0
    """Seconds by which the time of open steps has gone on."""
    working: str = MARKS["working"]
    """The mark of what is worked on, which may turn."""
    width: int = 0

    @classmethod
    def of(
        cls,
        tree: ChainTree,
        folds: Mapping[str, bool],
        since_last_event: float = 0.0,
        working: str = MARKS["working"],
    ) -> "ChainRows":
        """The rows of a tree: what has ended is folded, unless a person wants it otherwise."""
        steps: list[Step] = []
        waiting = list(reversed(tree.top))
        while waiting:
            step = waiting.pop()
            steps.append(step)
            if step.inner and not _is_folded(step, folds):
                waiting.extend(reversed(step.inner.values()))
        return cls(tree, tuple(steps), dict(folds), since_last_event, working)

    def __len__(self) -> int:
        return len(self.steps) + (self.tree.left_out > 0)

    def line(self, number: int) -> Line:
        """One step: its mark, its title, how often, how long."""
        if number >= len(self.steps):
            more = f"and {counted(self.tree.left_out, 'more step')}"
            return Line(((more, "$foreground 60% italic"),))
        step = self.steps[number]
        condition = self.tree.condition(step)
        mark = self.working if condition == "working" else MARKS[condition]
        indent = "  " * min(step.depth, DEEPEST)
        title_style = "$foreground 60%" if condition in ("waiting", "skipped") else "$foreground"
        if step is self.tree.current and step.is_open:
            title_style = "$foreground bold"
        return Line(
            pieces=((step.title, title_style), *self._more(step)),
            lead=((f"{indent}{mark} ", STYLES[condition]),),
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
        return _is_folded(step, self.folds)

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


def _is_folded(step: Step, folds: Mapping[str, bool]) -> bool:
    return folds.get(step.where, bool(step.outcome))
