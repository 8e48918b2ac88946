"""The chain as a tree of steps: a fold over a run's events.

What is still to come is planned from the chain the journal holds: all of its steps at first, those
inside another as soon as that one begins. After a fork it is the new order's chain. A version that was made
after the delivery is a step of its own, with its own chain in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from tui.run_state.chain_plan import ChainPlan, Planned
from warehouse.events import EventData, RunForked, SpecRecord, StepStarted, VersionStarted
from warehouse.events import StepEnded as StepEndedEvent
from warehouse.history import entries
from warehouse.history.clock import CLOCK_STARTS, CLOCK_STOPS, RunClock
from warehouse.journal.journal import Event
from warehouse.journal.step_paths import around
from warehouse.journal.versions import VERSION, place_of

Condition = Literal["waiting", "working", "paused", "stopped", "done", "unmet", "skipped", "failed"]
"""`unmet` is a step that took place, and whose product did not pass its checks."""

MOST_STEPS = 20_000
"""Steps that are kept; a journal with more is no company's work, and the rest is counted."""
MOST_ORDERS = 100
"""Orders that are planned by: forks of forks are few, except in a journal made to keep us busy."""
_Halt = Literal["", "paused", "stopped", "failed"]
HANDOVER = "handover"
"""The name of the step with which every version of a run ends."""
NOT_NEEDED = "not needed"
"""Why a step that was planned was never begun."""
_TOLD_BY = CLOCK_STARTS | CLOCK_STOPS | {StepStarted, StepEndedEvent}
"""The kinds of event that change a chain; most events do not."""


@dataclass(slots=True, eq=False)
class Step:
    """A step of the chain. `began` is in seconds of the run's working time, None while it waits."""

    where: str
    planned: Planned
    parent: "Step | None" = None
    depth: int = 0
    """0 for a top-level step."""
    inner: dict[str, "Step"] = field(default_factory=dict)
    """The steps inside, by path, in the order of the chain."""
    round: int = 0
    """Of a round or turn its number, of a loop or directed step that of its last one."""
    most_rounds: int = 0
    began: float | None = None
    outcome: str = ""
    """`done`, `skipped` or `failed`; empty before it ended."""
    reason: str = ""
    unmet: str = ""
    """What the last checks in it said, where they did not pass; empty where all is well."""
    seconds: float = 0.0
    """How long it took; 0.0 before it ended."""

    @property
    def title(self) -> str:
        return self.planned.title

    @property
    def kind(self) -> str:
        """phase, loop, round, parallel, each, part, when, chain, graph, node, edge, direct, turn,
        handover or version."""
        return self.planned.kind

    @property
    def is_open(self) -> bool:
        """Whether it began and has not ended."""
        return self.began is not None and not self.outcome


class ChainTree:
    """The steps of a run: what was done, what is done now, what is to come."""

    def __init__(self) -> None:
        self.version = 0
        self.left_out = 0
        """Steps beyond MOST_STEPS."""
        self._root = self._chain = Step("", Planned("", "", "chain"), depth=-1)
        self._steps: dict[str, Step] = {}
        self._plan = ChainPlan(SpecRecord())
        self._orders = 0
        self._current: Step | None = None
        self._halted: _Halt = ""
        self._halted_by = ""
        self._clock = RunClock()

    @property
    def top(self) -> list[Step]:
        """The top-level steps, in order."""
        return list(self._root.inner.values())

    @property
    def current(self) -> Step | None:
        """The step that began last."""
        return self._current

    @property
    def moves(self) -> bool:
        """Whether time passes in a step."""
        return self._current is not None and not self._halted

    def condition(self, step: Step) -> Condition:
        """How it stands with a step."""
        match step.outcome:
            case "skipped" | "failed":
                return step.outcome
            case "" if step.began is None:
                return "waiting"
            case "":
                return self._halted or "working"
        return "unmet" if step.unmet else "done"

    def seconds(self, step: Step, since_last_event: float = 0.0) -> float:
        """How long a step took or, while it is worked on, how long it has been taking."""
        if not step.is_open or step.began is None:
            return step.seconds
        passing = 0.0 if self._halted else max(since_last_event, 0.0)
        return max(self._worked - step.began, 0.0) + passing

    def reason(self, step: Step) -> str:
        """Why a step ended as it did, or why it is not worked on; empty where all is well."""
        return (
            self._halted_by if step is self._current and step.is_open else step.reason or step.unmet
        )

    def find(self, where: str) -> Step | None:
        """The step with this path, or the innermost one around it."""
        return next((self._steps[path] for path in around(where) if path in self._steps), None)

    def add(self, event: Event, entry: entries.Entry | None) -> None:
        """Take one more event into account."""
        self._clock.add(event)
        if isinstance(entry, entries.Executed):
            self._judge(entry.where, "" if entry.verified else entry.summary)
        if type(event.data) not in _TOLD_BY:
            return
        self.version += 1
        match entry:
            case entries.StepBegan():
                self._begin(entry)
            case entries.StepEnded():
                self._end(entry)
            case entries.Began() | entries.Forked():
                self._replan(event.data)
                self._halt("")
            case entries.VersionBegan():
                self._begin_version(entry)
                self._replan(event.data)
                self._halt("")
            case entries.Resumed() | entries.Continued():
                self._halt("")
            case entries.Ended():
                if entry.status == "unverified":
                    self._judge(self._path(HANDOVER), entry.reason)
                self._halt("failed" if entry.status == "failed" else "stopped", entry.reason)
            case entries.Paused():
                self._halt("paused")

    @property
    def _worked(self) -> float:
        """Seconds of work so far, on the shared past of a fork too: steps go on from there."""
        return self._clock.seconds_with_past

    def interrupt(self) -> None:
        """Nobody works on the run any more, though it did not end; its next session undoes that."""
        if not self._halted:
            self._halt("stopped", "interrupted")
            self.version += 1

    def _halt(self, how: _Halt, why: str = "") -> None:
        self._halted, self._halted_by = how, why

    def _begin(self, entry: entries.StepBegan) -> None:
        step = self._steps.get(entry.where) or self._unplanned(entry)
        if step is None:
            self.left_out += 1
            return
        self._current = step
        if step.began is not None:
            return
        step.began = self._worked
        step.outcome = step.reason = ""
        step.round, step.most_rounds = entry.round, entry.most_rounds or step.most_rounds
        if entry.kind in ("round", "turn") and step.parent is not None:
            step.parent.round = entry.round
        if not step.planned.repeats:
            self._plan_inside(step)

    def _end(self, entry: entries.StepEnded) -> None:
        step = self._steps.get(entry.where)
        if step is None or not step.is_open:
            return
        step.seconds = self.seconds(step)
        step.outcome, step.reason = entry.outcome or "done", entry.reason
        for inner in step.inner.values():
            if inner.began is None:
                inner.outcome, inner.reason = "skipped", NOT_NEEDED

    def _begin_version(self, version: entries.VersionBegan) -> None:
        """What waits is the chain of the version from now on."""
        title = f"Version {version.version}"
        where = place_of(version.version)
        known = self._steps.get(where)
        step = known or self._put(where, Planned(where, title, VERSION), self._root)
        self._chain = step or self._chain

    def _path(self, name: str) -> str:
        """The path of a step of the chain itself."""
        return f"{self._chain.where}/{name}" if self._chain.where else name

    def _judge(self, where: str, unmet: str) -> None:
        """The last checks in a step say how it stands with it, and with all that it is inside."""
        step = self.find(where)
        while step is not None and step is not self._root:
            step.unmet = unmet
            step = step.parent
        self.version += 1

    def _unplanned(self, entry: entries.StepBegan) -> Step | None:
        """A step that no plan names: a round, what is in a `when`, or what a journal makes up."""
        parent = self.find(entry.where.rpartition("/")[0]) or self._root
        title = f"Round {entry.round}" if entry.kind == "round" else entry.title
        inside = parent.planned.inside if parent.planned.repeats else ()
        planned = Planned("", title, entry.kind, entry.most_rounds, inside)
        return self._put(entry.where, planned, parent)

    def _put(self, where: str, planned: Planned, parent: Step) -> Step | None:
        """A new step as the last one of `parent`; none where there are too many."""
        if len(self._steps) >= MOST_STEPS:
            return None
        step = Step(where, planned, parent, parent.depth + 1, most_rounds=planned.most_rounds)
        self._steps[where] = parent.inner[where] = step
        return step

    def _replan(self, data: EventData) -> None:
        """Go on by another chain: what began stays, what waits is planned anew."""
        self._orders += 1
        if self._orders > MOST_ORDERS:
            return
        match data:
            case RunForked(spec=spec) | VersionStarted(spec=spec) | (SpecRecord() as spec):
                self._plan = ChainPlan(spec)
        self._plan_anew(self._chain, self._plan.top())
        for step in [step for step in self._steps.values() if step.is_open]:
            step.planned = self._as_planned_now(step)
            if not step.planned.repeats:
                self._plan_inside(step)

    def _as_planned_now(self, step: Step) -> Planned:
        parent = step.parent or self._root
        if parent.planned.repeats:
            return Planned("", step.title, step.kind, step.most_rounds, parent.planned.inside)
        siblings = self._plan_of(parent)
        name = step.where.rpartition("/")[2]
        return next((each for each in siblings if each.name == name), step.planned)

    def _plan_inside(self, step: Step) -> None:
        self._plan_anew(step, self._plan_of(step))

    def _plan_of(self, step: Step) -> list[Planned]:
        if step is self._root or step.kind == VERSION:
            return self._plan.top() if step is self._chain else []
        return self._plan.within(step.planned.inside)

    def _plan_anew(self, parent: Step, planned: Iterable[Planned]) -> None:
        """Put what is planned inside a step into its order, around what has begun there."""
        before = dict(parent.inner)
        parent.inner.clear()
        for each in planned:
            where = f"{parent.where}/{each.name}" if parent.where else each.name
            known = before.pop(where, None)
            if known is not None and known.began is not None:
                parent.inner[where] = known
            else:
                self._steps.pop(where, None)
                self._put(where, each, parent)
        for where, step in before.items():
            if step.began is None:
                self._steps.pop(where, None)
            else:
                parent.inner[where] = step
