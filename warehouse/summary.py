"""A run at a glance: a fold over its journal."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from warehouse.journal import Event
from warehouse.loose import text

SESSION_STARTS = ("run.started", "run.resumed", "run.forked")
CLOCK_STARTS = (*SESSION_STARTS, "run.continued")
CLOCK_CHANGES = frozenset({*CLOCK_STARTS, "run.paused"})


@dataclass
class RunSummary:
    """What a list of runs shows. `cost` is in US dollars, `seconds` is the time of all sessions
    without their pauses.

    Calls, tokens, cost and seconds of a fork are its own: the past it shares was paid for before.
    """

    run: str = ""
    name: str = ""
    parent: str = ""
    """The run this one was forked from."""
    forked_at: str = ""
    """The step from which a fork differs from its parent."""
    experiment: str = ""
    """What the run belongs to, where it belongs to something."""
    task: str = ""
    company: str = ""
    chain: str = ""
    model: str = ""
    started_at: str = ""
    ended_at: str = ""
    status: str = "unfinished"
    """`running` (the reader must tell, by the lock), `unfinished`, or how it ended."""
    exit_code: int | None = None
    reason: str = ""
    where: str = ""
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    unpriced_calls: int = 0
    shared_calls: int = 0
    shared_tokens: int = 0
    shared_cost: float = 0.0
    shared_seconds: float = 0.0
    seconds: float = 0.0
    paused: bool = False
    commits: int = 0
    files: list[str] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    verified: bool | None = None
    """What the last execution showed; None where nothing was run."""

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


class SummaryFold:
    """Adds events to a summary one by one, so that a live view need not begin again."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._summary = RunSummary()
        self._clock_began: datetime | None = None
        self._latest = ""
        self._earlier_seconds = 0.0
        self._paths: set[str] = set()
        for event in events:
            self.add(event)

    @property
    def summary(self) -> RunSummary:
        """The run as it stands, up to its last event."""
        self._summary.seconds = self._seconds(self._latest)
        return self._summary

    def add(self, event: Event) -> None:
        """Take one more event into account."""
        if event.kind in CLOCK_CHANGES:
            self._clock(event)
        if not self._summary.ended_at:
            # What is recorded of a run that has ended, such as its examination, is not its work.
            self._latest = event.at
        match event.kind:
            case "run.started":
                self._summary.started_at = event.at
                self._start(event.data)
            case "run.forked":
                self._fork(event)
            case "run.resumed":
                self._go_on()
            case "run.ended":
                self._end(event)
            case "step.started":
                self._summary.where = event.where
            case "effect.ended":
                self._effect(event.data)
            case "effect.failed" if "used" in event.data:
                self._use(event.data["used"], event.data["used"]["cost"])
            case "execution":
                self._summary.checks = event.data["checks"]
                self._summary.verified = event.data["verified"] if event.data["checks"] else None

    def _clock(self, event: Event) -> None:
        """Begin to count the time, or leave off. Raises ValueError for what is no time."""
        at = datetime.fromisoformat(event.at)
        if event.kind in CLOCK_STARTS:
            self._earlier_seconds = self._seconds(self._latest)
            if event.kind == "run.forked":
                self._summary.shared_seconds += self._earlier_seconds
                self._earlier_seconds = 0.0
            self._clock_began = at
        else:
            self._earlier_seconds = self._seconds(event.at)
            self._clock_began = None
        self._summary.paused = self._clock_began is None

    def _seconds(self, until: str) -> float:
        """The time of all sessions; what is no time adds none."""
        if self._clock_began is None:
            return self._earlier_seconds
        try:
            passed = (datetime.fromisoformat(until) - self._clock_began).total_seconds()
        except (TypeError, ValueError):
            return self._earlier_seconds
        return self._earlier_seconds + max(passed, 0.0)

    def _start(self, data: dict[str, Any]) -> None:
        summary = self._summary
        summary.run, summary.name = data["run"], data["name"]
        summary.task, summary.model = data["task"]["text"], data["model"]
        summary.company = data["company"]["company"]["name"]
        summary.chain = data["chain"]
        summary.experiment = text(data.get("experiment"))

    def _fork(self, event: Event) -> None:
        """Go on as another run, which has cost nothing yet."""
        summary = self._summary
        self._start(event.data["order"])
        summary.run, summary.name = event.data["run"], event.data["name"]
        summary.parent, summary.forked_at = event.data["parent"], event.data["at"]
        summary.started_at = event.at
        self._go_on()
        summary.shared_calls += summary.calls
        summary.shared_tokens += summary.tokens
        summary.shared_cost += summary.cost
        summary.calls = summary.prompt_tokens = summary.completion_tokens = 0
        summary.unpriced_calls, summary.cost = 0, 0.0

    def _go_on(self) -> None:
        """Whatever ended a session before is over."""
        summary = self._summary
        summary.status, summary.exit_code = "unfinished", None
        summary.reason = summary.ended_at = ""

    def _end(self, event: Event) -> None:
        self._summary.status = event.data["status"]
        self._summary.exit_code = event.data["exit_code"]
        self._summary.reason = event.data["reason"]
        self._summary.ended_at = event.at
        self._summary.paused = False

    def _effect(self, data: dict[str, Any]) -> None:
        result = data["result"]
        if data["effect"] == "completion":
            self._summary.calls += 1
            self._summary.unpriced_calls += result["cost"] is None
            self._use(result["usage"], result["cost"])
        elif data["effect"] == "commit" and result["files"]:
            self._summary.commits += 1
            for change in result["files"]:
                if change["status"] == "deleted":
                    self._paths.discard(change["path"])
                else:
                    self._paths.add(change["path"])
            self._summary.files = sorted(self._paths)

    def _use(self, usage: dict[str, Any], cost: float | None) -> None:
        self._summary.prompt_tokens += usage["prompt_tokens"]
        self._summary.completion_tokens += usage["completion_tokens"]
        self._summary.cost += cost or 0.0
